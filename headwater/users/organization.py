"""The organization's settings, read once per unit of work."""

from zoneinfo import ZoneInfo

from headwater.lib.memo import shared
from headwater.users.models import Organization


@shared
def current() -> Organization:
    """Return the organization's settings; unsaved defaults before the first run."""
    return Organization.objects.filter(pk=1).first() or Organization(pk=1)


def zone() -> ZoneInfo:
    """Return the zone in which the organization's days begin and end."""
    return ZoneInfo(current().zone)
