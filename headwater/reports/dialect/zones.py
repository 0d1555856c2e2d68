"""When the clocks of a zone change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST, LAST = datetime(1899, 12, 30, tzinfo=UTC), datetime(2201, 1, 2, tzinfo=UTC)
"""The instants that records may have, with a margin for zones."""

_STEP = timedelta(days=1)


@dataclass(frozen=True)
class Transition:
    """From ``at`` on, the wall clock is ``offset`` seconds ahead of UTC."""

    at: datetime
    offset: int


@lru_cache(maxsize=16)
def transitions(zone: str) -> tuple[Transition, ...]:
    """Return every change of a zone's offset, oldest first; the first one holds from the beginning."""
    tz = ZoneInfo(zone)
    found = [Transition(FIRST, _offset(FIRST, tz))]
    day = FIRST
    while day < LAST:
        following = day + _STEP
        offset = _offset(following, tz)
        if offset != found[-1].offset:
            found.append(Transition(_change(day, following, tz), offset))
        day = following
    return tuple(found)


def _offset(instant: datetime, tz: ZoneInfo) -> int:
    offset = instant.astimezone(tz).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the first second with the later offset; the two instants are a day apart."""
    offset = _offset(after, tz)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), tz) == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
