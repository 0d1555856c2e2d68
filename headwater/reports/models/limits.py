"""Of which limits people have been told."""

from typing import ClassVar

from django.db import models

from headwater.users.models import User


class LimitNotice(models.Model):
    """That administrators were told that a person has so many percent of the reports that may be."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    most = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "most", "percent"], name="told_once_of_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.most}: {self.user_id}"
