from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "headwater.reports"
    label = "reports"
