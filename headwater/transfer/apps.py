from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "headwater.transfer"
    label = "transfer"
