from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "headwater.records"
    label = "records"

    def ready(self) -> None:
        from headwater.metadata.custom.listeners import on_change
        from headwater.records.assigning import keep_grants
        from headwater.records.custom_values import field_changed
        from headwater.records.effects import on_every_write
        from headwater.records.sharing import follow_creation
        from headwater.records.sharing_rules import keeping
        from headwater.users.models import audited

        on_change(field_changed)
        on_every_write(follow_creation)
        on_every_write(keeping.records_written)
        audited.follow(keeping.settings_changed)
        on_every_write(keep_grants)
