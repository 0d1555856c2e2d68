from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "headwater.web"
    label = "web"

    def ready(self) -> None:
        from headwater.reports.sharing import on_share
        from headwater.web import checks  # noqa: F401  registers the system check
        from headwater.web.notices import tell_readers

        on_share(tell_readers)
