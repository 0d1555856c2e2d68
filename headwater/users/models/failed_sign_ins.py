"""Attempts to sign in that failed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models.people import User


class FailedSignIn(models.Model):
    """What failed alike within one hour: the same address typed, from the same place, for the same reason.

    ``user`` is whose address it is, if it is anybody's. ``email`` is what was typed, and empty for a passkey
    that nobody has. A row without ``address`` stands for all that an hour had no room for: of one person, or
    of everybody else. Of what the limits blocked, ``count`` counts minutes, not tries.
    """

    class Reason(models.TextChoices):
        PASSWORD = "password", _("Wrong password")
        CODE = "code", _("Wrong code of the second factor")
        PASSKEY = "passkey", _("Passkey not accepted")
        COMPANY = "company", _("Company account refused")
        OFF = "off", _("Account switched off")
        BLOCKED = "blocked", _("Blocked after too many tries")

    hour = models.DateTimeField()
    email = models.CharField(max_length=254, blank=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="failed_sign_ins")
    address = models.CharField(max_length=45, blank=True)
    reason = models.CharField(max_length=10, choices=Reason)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hour", "email", "address", "reason"], name="failed_alike_in_an_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} from {self.address}: {self.reason}"
