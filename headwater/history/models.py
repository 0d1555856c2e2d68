"""The one append-only record of what happened."""

from typing import ClassVar

from django.db import models

from headwater.users.models import User


class HistoryEntry(models.Model):
    """One business fact about one record.

    ``changes`` maps a field key to ``[from, to]`` in the JSON form of its kind, so that folding
    the entries of a record up to an instant gives the record as it was known then.
    ``business_at`` is when it happened in the world, ``recorded_at`` when we learned of it.
    """

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=20)
    change_set_id = models.BigIntegerField(null=True)
    import_number = models.IntegerField(null=True)
    cause = models.CharField(max_length=200, default="", blank=True)
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object", "record_id", "id"], name="history_record"),
            models.Index(
                fields=["change_set_id", "id"],
                name="history_change_set",
                condition=models.Q(change_set_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.record_id} {self.verb}"
