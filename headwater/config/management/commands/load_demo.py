"""Fill a new installation with the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.config.demo.services import LEADS, claim_with_demo
from headwater.users.services import AlreadyClaimed


class Command(BaseCommand):
    help = "Claim a new installation for an invented company with a year of leads, and print its accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leads", type=int, default=LEADS, help=f"how many leads (default: {LEADS})")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            people, password = claim_with_demo(options["leads"])
        except AlreadyClaimed:
            raise CommandError("This installation has an owner already.") from None
        self.stdout.write(f"Sign in with the password {password} as")
        for person in people:
            team = f", {person.team.name}" if person.team else ""
            self.stdout.write(f"  {person.email}  ({person.name}, {person.role.label.lower()}{team})")
