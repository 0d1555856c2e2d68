"""Close every sealed secret with the present key, so that the earlier ones can be thrown away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from headwater.lib.sealing import Unreadable, reseal

SEALED = ("secret", "seed")
"""Where an authenticator keeps what is sealed."""


class Command(BaseCommand):
    help = "After HEADWATER_SECRET_KEY was replaced: seal the secrets in the database anew with it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = 0
        with transaction.atomic():
            for found in Authenticator.objects.select_for_update().order_by("pk"):
                sealed = {key: found.data[key] for key in SEALED if found.data.get(key)}
                if sealed:
                    self._reseal(found, sealed)
                    done += 1
        self.stdout.write(f"{done} second factors sealed anew; HEADWATER_OLD_SECRET_KEYS is needed no more.")

    def _reseal(self, found: Authenticator, sealed: dict[str, str]) -> None:
        try:
            found.data = {**found.data, **{key: reseal(text) for key, text in sealed.items()}}
        except Unreadable:
            raise CommandError(
                f"A second factor of user {found.user_id} was sealed with a key that is not known here. "
                "Name it in HEADWATER_OLD_SECRET_KEYS, or remove the second factors of this person. "
                "Nothing was changed."
            ) from None
        found.save(update_fields=["data"])
