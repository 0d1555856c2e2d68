"""What the API itself remembers."""

from typing import ClassVar

from django.db import models

from headwater.users.models import User


class StoredAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``, kept for a day."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="stored_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of user {self.user_id}"


class RequestCount(models.Model):
    """Requests of one key in one minute (counted from 1970), told by every web process."""

    key = models.CharField(max_length=60)
    minute = models.BigIntegerField()
    used = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["minute", "key"], name="request_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.key}"
