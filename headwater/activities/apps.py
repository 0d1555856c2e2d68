from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "headwater.activities"
    label = "activities"
