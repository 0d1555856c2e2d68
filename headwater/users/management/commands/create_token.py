"""Make an API token from the command line, for scripts and for the first program that connects."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.lib import clock
from headwater.users.models import ApiToken, User
from headwater.users.tokens import create_token

MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Make an API token for a user and print it; it is shown only now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Command line", help="what the token is for")
        parser.add_argument(
            "--scope",
            choices=ApiToken.Scope.values,
            default=ApiToken.Scope.ADMIN.value,
            help="read, write, or admin: everything the user may do (default)",
        )

        end = parser.add_mutually_exclusive_group()
        end.add_argument("--days", type=int, default=365, help="for how long it works (default 365)")
        end.add_argument("--endless", action="store_true", help="until it is revoked")

    def handle(self, *_args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user with the e-mail {email}.")
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"Give a number of days between 1 and {MOST_DAYS}.")
        _token, secret = create_token(
            user,
            name=options["name"][:120],
            scope=options["scope"],
            expires_at=clock.now() + timedelta(days=options["days"]),
            endless=options["endless"],
        )
        self.stdout.write(secret)
