from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "headwater.history"
    label = "history"

    def ready(self) -> None:
        from headwater.history.services import write_notes
        from headwater.users.models import audited

        audited.write_with(write_notes)
