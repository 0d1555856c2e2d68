"""What is kept of reports: definitions, dashboards of them, and who may open them."""

from headwater.reports.models.dashboards import Dashboard, DashboardFilter, DashboardShare, DashboardTile
from headwater.reports.models.limits import LimitNotice
from headwater.reports.models.saved import Report, ReportShare
from headwater.reports.models.sharing import Audience, Share

__all__ = [
    "Audience",
    "Dashboard",
    "DashboardFilter",
    "DashboardShare",
    "DashboardTile",
    "LimitNotice",
    "Report",
    "ReportShare",
    "Share",
]
