"""Limits of an installation: reports of a person, custom fields as groups and measures."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from headwater.activities.models import Notice
from headwater.history.models import HistoryEntry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.records.errors import Invalid
from headwater.reports import limits
from headwater.reports.definition import DefinitionError
from headwater.reports.limits import Usage, on_reached
from headwater.reports.models import Report
from headwater.reports.services import duplicate_report, save_report, update_report
from headwater.testing.factories import actor_of
from headwater.users.models import User
from headwater.users.services import update_limits

pytestmark = pytest.mark.django_db

PLAIN: dict[str, Any] = {"root": "lead", "measures": ["count"], "rows": ["source"]}
OWN: dict[str, Any] = {"root": "lead", "measures": ["lead.cf_rooms.sum"], "rows": ["cf_grade"]}


def save(user: User, count: int = 1, definition: dict[str, Any] = PLAIN) -> list[Report]:
    return [save_report(actor_of(user), name=f"No {n}", definition=definition) for n in range(count)]


def limited(most: int | None = None, *, own_fields: bool = True) -> None:
    update_limits(most_reports=most, own_fields_in_reports=own_fields)


@pytest.fixture
def fields(administrator: User) -> None:
    add_field("lead", Definition(label="Grade", kind="choice", options=("A", "B")))
    add_field("lead", Definition(label="Rooms", kind="integer"))


def told(user: User) -> list[tuple[int, int]]:
    notices = Notice.objects.filter(user=user, kind="limit").order_by("pk")
    return [(notice.about["reports"], notice.about["most"]) for notice in notices]


def test_a_new_installation_has_no_limits(administrator: User, fields: None) -> None:
    save(administrator, 3)
    save(administrator, 1, OWN)
    assert told(administrator) == []


def test_at_the_limit_no_report_is_made_and_none_is_lost(administrator: User, seller_north: User) -> None:
    limited(2)
    first, second = save(administrator, 2)
    for refused in (
        lambda: save(administrator),
        lambda: duplicate_report(actor_of(administrator), first.pk),
    ):
        with pytest.raises(Invalid, match="You have 2 of 2 reports") as problem:
            refused()
        assert problem.value.errors[0].code == "limit_reached"
    update_report(actor_of(administrator), first.pk, name="Other", definition=PLAIN | {"rows": []})
    assert save(seller_north), "everybody has reports of her own"
    second.delete()
    assert save(administrator)
    save(seller_north)
    limited(1)
    assert Report.objects.count() == 4, "a lower limit deletes nothing"
    limited()
    assert save(administrator)


def test_administrators_are_told_once_at_each_mark(administrator: User, seller_north: User) -> None:
    limited(5)
    save(seller_north, 3)
    assert told(administrator) == []
    *_rest, last = save(seller_north, 2)
    said = [(4, 5), (5, 5)]
    assert told(administrator) == said
    assert told(seller_north) == []
    last.delete()
    save(seller_north)
    assert told(administrator) == said, "once for each mark"
    limited(6)
    save(seller_north)
    assert told(administrator) == [*said, (6, 6)]


def test_who_listens_is_told_of_the_person_and_the_usage(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_notifiers", [])
    heard: list[tuple[User, Usage]] = []
    on_reached(lambda person, usage: heard.append((person, usage)))
    limited(1)
    save(administrator)
    assert heard == [(administrator, Usage(1, 1))]


def test_custom_fields_group_and_measure_only_where_the_limit_lets_them(
    administrator: User, fields: None
) -> None:
    (kept,) = save(administrator, 1, OWN)
    limited(own_fields=False)
    with pytest.raises(DefinitionError) as problem:
        save(administrator, 1, OWN)
    assert {one.at for one in problem.value.problems} == {"rows.0.field", "measures.0.ref"}
    assert {one.code for one in problem.value.problems} == {"own_field"}
    # What was made before keeps what it has, also in a copy, but gets no more of it.
    actor = actor_of(administrator)
    update_report(actor, kept.pk, definition=OWN | {"sort": [{"by": "d1", "dir": "desc"}]})
    duplicate_report(actor, kept.pk)
    more = OWN | {"measures": ["lead.cf_rooms.sum"], "columns": ["customer.owner"], "rows": ["cf_grade"]}
    update_report(actor, kept.pk, definition=more)
    (plain,) = save(administrator)
    with pytest.raises(DefinitionError):
        update_report(actor, plain.pk, definition=OWN)
    free = PLAIN | {
        "where": {"field": "cf_grade", "op": "in", "value": ["a"]},
        "table": {"columns": ["cf_rooms"], "order": ["-cf_rooms"]},
    }
    assert save(administrator, 1, free), "columns and conditions are for everybody"


def test_a_limit_is_a_number_of_reports_and_its_change_is_history(administrator: User) -> None:
    with pytest.raises(ValidationError):
        limited(0)
    limited(3, own_fields=False)
    changes = HistoryEntry.objects.filter(object="organization").latest("pk").changes
    assert changes["most_reports"] == [None, 3]
    assert changes["own_fields_in_reports"] == [True, False]
