"""Periodic jobs: which slots there are, and who fires them.

Every worker looks; the unique row of a slot decides which one fires it. After a pause only the slot
that is current is fired, so nothing is skipped and nothing piles up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from headwater.jobs.models import ScheduleSlot
from headwater.jobs.tasks import JobTask
from headwater.lib import clock

LONGEST_INTERVAL = timedelta(days=31)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A task without arguments that runs every interval, or daily at a local time.

    ``zone`` names the time zone of ``daily_at``, or is asked for it at every look, so that a change of
    the organization's zone counts at once. A job that is still unfinished when its next slot comes is
    not queued a second time.
    """

    name: str
    task: JobTask[[], Any]
    every: timedelta | None = None
    daily_at: time | None = None
    zone: str | Callable[[], str] = "UTC"

    def __post_init__(self) -> None:
        if (self.every is None) == (self.daily_at is None):
            raise ValueError(f"{self.name}: give either an interval or a daily time.")
        if self.every is not None and not timedelta(seconds=1) <= self.every <= LONGEST_INTERVAL:
            raise ValueError(f"{self.name}: the interval must be between a second and 31 days.")

    def slot(self, now: datetime) -> str:
        """Name the slot ``now`` lies in: an ISO instant for an interval, a local date for a daily time."""
        if self.daily_at is None:
            interval = self.every or LONGEST_INTERVAL
            return (EPOCH + (now - EPOCH) // interval * interval).isoformat()
        zone = ZoneInfo(self.zone if isinstance(self.zone, str) else self.zone())
        day = now.astimezone(zone).date()
        # compared as instants: in the hour that a clock change repeats, the wall clock goes back
        begins = datetime.combine(day, self.daily_at, zone).astimezone(UTC)
        return (day if begins <= now else day - timedelta(days=1)).isoformat()


class Schedule:
    """The periodic jobs of the product, as one process sees them."""

    def __init__(self, entries: Sequence[Scheduled]) -> None:
        names = [entry.name for entry in entries]
        if len(set(names)) != len(names):
            raise ValueError("Two scheduled jobs have the same name.")
        self._entries = tuple(entries)
        self._seen: dict[str, str] = {}

    def fire_due(self) -> int:
        """Queue the jobs whose current slot nobody has fired; return how many this call fired.

        Asks the database only once per slot, so it may be called every second.
        """
        fired = 0
        now = clock.now()
        for entry in self._entries:
            slot = entry.slot(now)
            if self._seen.get(entry.name) != slot:
                fired += _fire(entry, slot)
                self._seen[entry.name] = slot
        return fired


def _fire(entry: Scheduled, slot: str) -> bool:
    with transaction.atomic():
        row, created = ScheduleSlot.objects.get_or_create(name=entry.name, slot=slot)
        if created:
            result = entry.task.using(unique_key=f"schedule:{entry.name}").enqueue()
            row.job_id = int(result.id)
            row.save(update_fields=["job_id"])
    return created
