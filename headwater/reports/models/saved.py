"""Saved reports."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.reports.models.sharing import Share, share_constraints
from headwater.users.models import Audited, User


class Report(Audited):
    """A definition under a name. It holds no figures: each reader runs it with her own rights."""

    audit_label = _("Report")
    label_plural = _("Reports")

    name = models.CharField(_("Name"), max_length=200)
    folder = models.CharField(_("Folder"), max_length=120, default="", blank=True)
    object = models.CharField(max_length=60)
    definition = models.JSONField(_("Definition"))
    preset = models.CharField(max_length=120, default="", blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="reports")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["folder", "name", "id"]
        indexes: ClassVar = [models.Index(fields=["owner", "name"], name="report_owner")]

    def __str__(self) -> str:
        return self.name


class ReportShare(Share):
    """Who else may open a report."""

    audit_label = _("Sharing of a report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="shares")

    class Meta:
        constraints: ClassVar = share_constraints("report")
