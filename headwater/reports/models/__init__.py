"""What is kept of reports: definitions, and who may open them."""

from headwater.reports.models.saved import Report, ReportShare
from headwater.reports.models.sharing import Audience, Share

__all__ = ["Audience", "Report", "ReportShare", "Share"]
