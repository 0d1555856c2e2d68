from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "headwater.activities"
    label = "activities"

    def ready(self) -> None:
        from headwater.activities.following import followed_field
        from headwater.activities.notices.effects import records_written
        from headwater.activities.notices.limits import limit_reached
        from headwater.activities.notices.sharing import record_shared, shared
        from headwater.activities.notices.summaries import announce_finished
        from headwater.activities.services import erase_comments
        from headwater.metadata import registry
        from headwater.records import sharing
        from headwater.records.effects import on_every_write
        from headwater.reports.limits import on_reached
        from headwater.transfer.at_work import on_written
        from headwater.transfer.erasure.places import register_place
        from headwater.users.notices import on_share

        register_place(erase_comments)
        registry.register_question("followed", followed_field)
        on_every_write(records_written)
        on_written(announce_finished)
        on_reached(limit_reached)
        on_share(shared)
        sharing.on_share(record_shared)
