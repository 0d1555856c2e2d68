from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "headwater.access"
    label = "access"
