"""Mails that this installation sends to the people who use it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.lib import clock
from headwater.users.models.people import User


class OutgoingMail(models.Model):
    """A mail on its way. It is written in the transaction of what it is about, and sent by a job.

    ``text`` and ``html`` are emptied once it is sent: links in them are keys. ``try_at`` is the next
    attempt while it waits, ``waiting_since`` the moment from which it may be given up. ``sending`` lasts
    for the moment of handing it over; a worker that dies in that moment leaves it ``unknown``, because
    it may have arrived.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        PASSWORD_RESET = "password_reset", _("Password reset")
        SIGN_IN = "sign_in_changed", _("Change of sign-in")
        TOKEN_ENDS = "token_ends", _("API token ends soon")
        SHARED = "shared", _("Shared with you")  # of earlier times; now a notice
        NOTICE = "notice", _("Notice")
        LIMIT = "limit", _("Limit")  # of earlier times, too
        TEST = "test", _("Test message")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Perhaps sent")

    kind = models.CharField(_("Kind"), max_length=20, choices=Kind)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="mails")
    address = models.EmailField(_("To"), max_length=254)
    name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("Subject"), max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=300, unique=True)

    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="The last answer that was no success.")
    created_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(default=clock.now)
    try_at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["try_at"], condition=Q(state__in=["waiting", "sending"]), name="mail_on_its_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address} ({self.state})"
