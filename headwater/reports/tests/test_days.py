"""An organization that moves to another zone."""

from datetime import UTC, datetime

import pytest

from headwater.reports.days import rebuild_days
from headwater.reports.drill import drill
from headwater.reports.run import run
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users import organization
from headwater.users.services import update_organization

pytestmark = pytest.mark.django_db

BY_DAY = {
    "root": "lead",
    "measures": ["lead.conversion_rate"],
    "rows": [{"field": "created_at", "grain": "day", "fill": False}],
    "period": {"range": {"rel": "this", "unit": "month"}},
}


@pytest.fixture
def lead(company):
    """Created in the evening of the 15th in Riga, in the morning of that day in California."""
    at = datetime(2026, 3, 15, 20, 0, tzinfo=UTC)
    return make_lead(SYSTEM, created_at=at, converted_at=datetime(2026, 3, 15, 23, 0, tzinfo=UTC))


def days(company):
    rows = run(company.all_seeing, BY_DAY).rows
    for row in rows:
        assert (
            drill(company.all_seeing, BY_DAY, {"row": row.group.key}).page.count
            == row.cells["m1"].denominator
        )
    return [row.group.key["d1"] for row in rows]


def test_reports_are_right_before_during_and_after_the_days_are_computed_again(company, lead):
    assert days(company) == ["2026-03-15"]
    assert not organization.current().days_stale
    update_organization(zone="Pacific/Auckland")
    assert organization.current().days_stale
    assert days(company) == ["2026-03-16"]
    assert rebuild_days() > 0
    lead.refresh_from_db()
    assert lead.created_at_day == lead.converted_at_day == (datetime(2026, 3, 16) - datetime(1970, 1, 1)).days  # noqa: DTZ001
    assert not organization.current().days_stale
    assert days(company) == ["2026-03-16"]
    assert rebuild_days() == 0


def test_other_settings_leave_the_days_alone(company, lead):
    update_organization(week_start=6, zone="Europe/Riga")
    assert not organization.current().days_stale


def test_a_move_while_the_days_are_computed_is_not_forgotten(company, lead, monkeypatch):
    update_organization(zone="Pacific/Auckland")
    seen = organization.current()
    update_organization(zone="America/Los_Angeles")
    monkeypatch.setattr("headwater.reports.days.organization.current", lambda: seen)
    assert rebuild_days() == 0
    monkeypatch.undo()
    assert organization.current().days_stale
