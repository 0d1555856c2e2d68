"""Dashboards: saved reports beside each other."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.reports.models.saved import Report
from headwater.reports.models.sharing import Share, share_constraints
from headwater.users.models import Audited, User

COLUMNS, LEAST_COLUMNS, MOST_ROWS = 12, 3, 4
"""A row of a dashboard has twelve columns; a tile takes at least three of them and at most four rows."""


class Dashboard(Audited):
    """Tiles in an order, under a name. Like a report it holds no figures."""

    audit_label = _("Dashboard")
    label_plural = _("Dashboards")

    name = models.CharField(_("Name"), max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="dashboards")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class DashboardTile(Audited):
    """One report on a dashboard. Tiles flow in their order; ``width`` counts columns, ``height`` rows."""

    audit_label = _("Tile of a dashboard")

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="tiles")
    report = models.ForeignKey(Report, models.CASCADE, related_name="tiles")
    position = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField(default=6)
    height = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    width__gte=LEAST_COLUMNS, width__lte=COLUMNS, height__gte=1, height__lte=MOST_ROWS
                ),
                name="dashboard_tile_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} on {self.dashboard_id}"


class DashboardShare(Share):
    """Who else may open a dashboard."""

    audit_label = _("Sharing of a dashboard")

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="shares")

    class Meta:
        constraints: ClassVar = share_constraints("dashboard")


class DashboardFilter(models.Model):
    """What one viewer lays over a dashboard each time she opens it; nobody else's view knows of it.

    ``period`` is a range as definitions write it, ``owner`` what ``reports.quick`` takes. It changes nothing
    that others have, so that no history is kept of it.
    """

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="filters")
    viewer = models.ForeignKey(User, models.CASCADE, related_name="+")
    period = models.JSONField(null=True)
    owner = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dashboard", "viewer"], name="one_filter_of_a_viewer"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} on {self.dashboard_id}"
