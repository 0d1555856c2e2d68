"""Set up a new installation from the command line instead of the first-run page."""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.users.services import AlreadyClaimed, create_owner

PASSWORD_VARIABLE = "HEADWATER_OWNER_PASSWORD"  # noqa: S105


class Command(BaseCommand):
    help = f"Create the owner of a new, empty installation; the password comes from {PASSWORD_VARIABLE}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", help="the owner's name (default: the part of the address before @)")
        parser.add_argument("--organization", default="", help="name of the company")
        parser.add_argument("--currency", default="EUR", help="three letters (default: EUR)")
        parser.add_argument("--zone", default="UTC", help="time zone such as Europe/Riga (default: UTC)")

    def handle(self, *_args: Any, **options: Any) -> None:
        password = os.environ.get(PASSWORD_VARIABLE, "")
        if not password:
            raise CommandError(f"Set {PASSWORD_VARIABLE} to the password of the new owner.")
        email = options["email"]
        organization = {
            "name": options["organization"],
            "currency": options["currency"],
            "zone": options["zone"],
        }
        try:
            create_owner(
                email=email,
                name=options["name"] or email.partition("@")[0],
                password=password,
                organization=organization,
            )
        except AlreadyClaimed:
            raise CommandError("This installation has an owner already.") from None
        except ValidationError as refused:
            raise CommandError("The owner was not created. " + " ".join(refused.messages)) from None
        self.stdout.write(f"Owner {email} created.")
