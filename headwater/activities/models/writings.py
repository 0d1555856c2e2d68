"""What people write about records: comments, and events that have happened."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.users.models import User


class Writing(models.Model):
    """Somebody's words on any record. Deleting one leaves the fact of it in history, not its words."""

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    body: Any = models.TextField(max_length=20_000)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["object", "record_id", "id"], name="%(class)s_record")]

    def __str__(self) -> str:
        return str(self.body[:80])


class Comment(Writing):
    """A note on a record.

    People who are mentioned stand in ``body`` by their number, ``@[12]`` (``activities.mentions``).
    """


class Event(Writing):
    """A call or meeting that has happened, logged on the record it was about; ``body`` is a note on it.

    Only calls have a ``direction``. ``at`` is when it began, ``minutes`` how long it took, if that is known.
    """

    class Kind(models.TextChoices):
        CALL = "call", pgettext_lazy("by telephone", "Call")
        MEETING = "meeting", _("Meeting")
        OTHER = "other", pgettext_lazy("something that happened", "Other")

    class Direction(models.TextChoices):
        OUTGOING = "outgoing", pgettext_lazy("of a call", "Outgoing")
        INCOMING = "incoming", pgettext_lazy("of a call", "Incoming")

    body: Any = models.TextField(max_length=20_000, default="", blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    direction = models.CharField(max_length=10, choices=Direction, default="", blank=True)
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True)
