"""Make an API token from the command line, for scripts and for the first program that connects."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.users.models import ApiToken, User
from headwater.users.tokens import create_token


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

    def handle(self, *_args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user with the e-mail {email}.")
        _token, secret = create_token(user, name=options["name"][:120], scope=options["scope"])
        self.stdout.write(secret)
