"""Tell bin/run whether somebody owns this installation."""

from typing import Any

from django.core.management.base import BaseCommand

from headwater.users.services import is_claimed


class Command(BaseCommand):
    help = "Print yes when this installation has an owner, else no."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write("yes" if is_claimed() else "no")
