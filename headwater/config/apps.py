from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "headwater.config"
    label = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from headwater.config import checks  # noqa: F401
