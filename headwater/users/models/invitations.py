"""Invitations to become a user."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.lib import clock
from headwater.users.models.audited import Audited
from headwater.users.models.people import Role, Team, User


class Invitation(Audited):
    """A link by which one person becomes a user. Only the hash of its key is kept.

    It is open until it is accepted, revoked or expired; there is one open invitation per address.
    """

    audit_label = _("Invitation")

    email = models.EmailField(_("E-mail"), max_length=254)
    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=150, blank=True)
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("Role"), related_name="+")
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("Team"), null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("Language"), max_length=10)
    hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="invitation")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()
