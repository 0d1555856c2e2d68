from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "headwater.activities"
    label = "activities"

    def ready(self) -> None:
        from headwater.activities.services import erase_comments
        from headwater.transfer.erasure.places import register_place

        register_place(erase_comments)
