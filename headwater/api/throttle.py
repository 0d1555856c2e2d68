"""So many requests a minute, counted for each key over all web processes."""

from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.api.models import RequestCount
from headwater.api.problems import Problem
from headwater.lib import clock

WINDOW_SECONDS = 60
REPORTS = 100
"""How often in the limit a process tells the others: so an ordinary request writes nothing."""


@dataclass
class _Count:
    """Of one key in this minute: requests to this process, how many of them the others know, and the sum."""

    own: int = 0
    told: int = 0
    total: int = 0


_lock = Lock()
_counts: dict[str, _Count] = {}
_minute = 0


def count_request(key: str) -> None:
    """Count one request. Raises the problem 429 when the key has used up this minute.

    Processes tell each other every hundredth of the limit; so much may be used up beyond it in each of them.
    """
    minute, second = divmod(int(clock.now().timestamp()), WINDOW_SECONDS)
    limit = settings.API_REQUESTS_PER_MINUTE
    with _lock:
        count = _of_minute(minute).setdefault(key, _Count())
        count.own += 1
        untold = count.own - count.told
        is_due = untold >= max(1, limit // REPORTS)
        if is_due:
            count.told = count.own
    if is_due:
        count.total, untold = _tell(key, minute, untold), 0
    if count.total + untold > limit:
        raise _too_many(limit, WINDOW_SECONDS - second)


def _of_minute(minute: int) -> dict[str, _Count]:
    global _minute
    if minute != _minute:
        _counts.clear()
        _minute = minute
    return _counts


def forget() -> None:
    """Begin to count anew in this process."""
    with _lock:
        _counts.clear()


def _tell(key: str, minute: int, requests: int) -> int:
    """Add requests to what all processes counted; return the sum."""
    row = RequestCount.objects.filter(key=key, minute=minute)
    if not row.update(used=F("used") + requests):
        RequestCount.objects.filter(minute__lt=minute).delete()
        RequestCount.objects.bulk_create([RequestCount(key=key, minute=minute)], ignore_conflicts=True)
        row.update(used=F("used") + requests)
    return row.values_list("used", flat=True).first() or 0


def _too_many(limit: int, wait: int) -> Problem:
    message = _("More than %(limit)d requests in a minute. Go on in %(wait)d seconds.")
    return Problem(
        429,
        "too_many_requests",
        message % {"limit": limit, "wait": wait},
        headers={"Retry-After": str(wait)},
    )
