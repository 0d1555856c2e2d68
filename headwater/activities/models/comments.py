"""What people write about records."""

from typing import ClassVar

from django.db import models

from headwater.users.models import User


class Comment(models.Model):
    """A note on any record. Deleting one leaves the fact of it in history, not its words.

    People who are mentioned stand in ``body`` by their number, ``@[12]`` (``activities.mentions``).
    """

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    body = models.TextField(max_length=20_000)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["object", "record_id", "id"], name="comment_record")]

    def __str__(self) -> str:
        return self.body[:80]
