"""Local days in SQL are the local days of Python."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from headwater.customers.models import Contact
from headwater.lib.periods import day_number
from headwater.pipeline.models import Lead
from headwater.reports.dialect import DayOfDate, DayOfInstant
from headwater.reports.dialect.zones import transitions
from headwater.reports.tests.worlds import ZONES


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Casablanca", "Australia/Lord_Howe"])
@pytest.mark.django_db
def test_an_instant_has_the_day_of_the_wall_clock(zone):
    tz = ZoneInfo(zone)
    seams = [change.at for change in transitions(zone) if datetime(1972, 1, 1, tzinfo=UTC) < change.at][:120]
    midnights = [datetime.combine(date(2026, month, 1), datetime.min.time(), tz) for month in range(1, 13)]
    edges = [datetime(1900, 1, 2, tzinfo=UTC), datetime(2200, 12, 30, tzinfo=UTC)] if zone == "UTC" else []
    instants = [
        at.astimezone(UTC) + timedelta(seconds=shift)
        for at in (*seams, *midnights, *edges)
        for shift in (-86_400, -1, 0, 0.000001, 1, 3600)
    ]
    Lead.unscoped.bulk_create(
        [Lead(created_at=at, updated_at=at, recorded_at=at, name="x") for at in instants]
    )
    found = Lead.unscoped.annotate(day=DayOfInstant(F("updated_at"), zone)).values_list("updated_at", "day")
    assert dict(found) == {at: day_number(at.astimezone(tz).date()) for at in instants}


@pytest.mark.django_db
def test_a_date_has_its_own_day_in_every_zone():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    days: list[Any] = [
        date(1900, 1, 1),
        date(1969, 12, 31),
        date(1970, 1, 1),
        date(2000, 2, 29),
        date(2200, 12, 31),
    ]
    unscoped: Any = Contact.unscoped
    unscoped.bulk_create(
        [Contact(birthday=day, created_at=now, updated_at=now, recorded_at=now) for day in [*days, None]]
    )
    found = unscoped.annotate(day=DayOfDate(F("birthday"))).values_list("birthday", "day")
    assert dict(found) == {day: day_number(day) for day in days} | {None: None}


def test_a_zone_changes_when_its_clocks_do():
    changes = {change.at: change.offset for change in transitions("Europe/Riga")}
    assert changes[datetime(2026, 3, 29, 1, tzinfo=UTC)] == 10_800
    assert changes[datetime(2026, 10, 25, 1, tzinfo=UTC)] == 7_200
    assert [change.offset for change in transitions("UTC")] == [0]
