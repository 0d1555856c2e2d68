"""Erasing the personal data of one record."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import User


class Erasure(models.Model):
    """One wish to erase, its rehearsal and what came of it. It holds nothing of what was erased.

    ``options`` is ``transfer.erasure.plan.Options`` as JSON. ``lines`` says what the rehearsal found, and
    after erasing what was done: ``{"place", "outcome", "count", …}`` (``transfer.erasure.report``).
    """

    class State(models.TextChoices):
        REHEARSING = "rehearsing", _("Being rehearsed")
        REHEARSED = "rehearsed", _("Rehearsed")
        ERASING = "erasing", _("Being erased")
        DONE = "done", _("Erased")
        FAILED = "failed", _("Failed")

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.REHEARSING)
    options = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["object", "record_id"], name="erasure_record")]

    def __str__(self) -> str:
        return f"erasure {self.pk} of {self.object} {self.record_id}"
