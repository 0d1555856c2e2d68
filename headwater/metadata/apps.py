from django.apps import AppConfig


class MetadataConfig(AppConfig):
    name = "headwater.metadata"
    label = "metadata"

    def ready(self) -> None:
        from headwater.metadata import registry, sql

        sql.register_lookups()
        registry.register_people()
