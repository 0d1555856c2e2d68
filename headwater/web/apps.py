from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "headwater.web"
    label = "web"

    def ready(self) -> None:
        from headwater.web import checks  # noqa: F401  registers the system check
