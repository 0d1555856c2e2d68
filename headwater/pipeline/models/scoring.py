"""Rules by which leads get points."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Shared


class ScoreRule(Shared, Audited):
    """A filter of leads and the points that a lead gets, or loses, for meeting it."""

    audit_label = _("Score rule")

    name = models.CharField(max_length=120)
    filter = models.JSONField()
    points = models.SmallIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-points", "name", "id"]

    def __str__(self) -> str:
        return self.name
