from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "headwater.history"
    label = "history"
