from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "headwater.records"
    label = "records"

    def ready(self) -> None:
        from headwater.metadata.custom.listeners import on_change
        from headwater.records.custom_values import field_changed
        from headwater.records.effects import on_every_write
        from headwater.records.sharing import follow_creation

        on_change(field_changed)
        on_every_write(follow_creation)
