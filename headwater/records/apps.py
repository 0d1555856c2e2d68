from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "headwater.records"
    label = "records"

    def ready(self) -> None:
        from headwater.metadata.custom.listeners import on_change
        from headwater.records.custom_values import field_changed

        on_change(field_changed)
