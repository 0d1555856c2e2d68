from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "headwater.users"
    label = "users"

    def ready(self) -> None:
        from headwater.lib import memo
        from headwater.users.models.shared import read_stamp

        memo.read_stamp_with(read_stamp)
