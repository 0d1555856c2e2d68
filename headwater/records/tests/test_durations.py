"""Lengths of time: read as people and programs write them, compared, added up, computed and imported."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.filters import parse_filter
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.records.write import create_record, update_record
from headwater.reports.groups import group_records, read_grouping, total_records
from headwater.reports.run import run
from headwater.testing.factories import make_lead
from headwater.transfer.tests import helpers
from headwater.transfer.tests.helpers import csv_of, living_leads
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(db):
    return add_field("lead", Definition(label="Visit", kind="duration")).key


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


def held(lead: Any, key: str) -> Any:
    return (find_records(SYSTEM, "lead").get(pk=lead.pk).custom or {}).get(key)


@pytest.mark.parametrize(
    "given", ["1:30", "90 min", "1.5 h", "PT1H30M", 5_400, "5400", 5_400.0, timedelta(minutes=90)]
)
def test_every_way_of_giving_it_is_the_same_value(key: str, actor: Actor, given: Any) -> None:
    lead = make_lead(actor, **{key: given})
    assert held(lead, key) == 5_400
    assert list(find_records(actor, "lead", {"field": key, "op": "eq", "value": given})) == [lead]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("soon", "not_duration"),
        ("1,5", "no_unit"),
        ("1,500 h", "ambiguous_number"),
        (0.5, "too_precise"),
        (True, "not_number"),
        (10**14, "too_large"),
        ("9999999 d", "too_large"),
        ([], "not_number"),
    ],
)
def test_what_is_no_duration_is_refused(key: str, actor: Actor, given: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A", key: given})
    assert refused.value.errors[0].code == code


def test_it_is_compared_sorted_grouped_and_added_up(key: str, actor: Actor) -> None:
    short, long, none = (make_lead(actor, **values) for values in ({key: "20 min"}, {key: "1 d"}, {}))
    twin = make_lead(actor, **{key: 1_200})

    def found(op: str, value: Any = None) -> set[int]:
        tree = {"field": key, "op": op} | ({} if value is None else {"value": value})
        return {lead.pk for lead in find_records(actor, "lead", tree)}

    assert found("gt", "20 min") == {long.pk}
    assert found("between", ["0:10", "0:30"]) == {short.pk, twin.pk}
    assert found("empty") == {none.pk}
    tree = {"field": key, "op": "between", "value": ["1:30", "2 d"]}
    said = parse_filter("lead", tree).sentence(filter_context(SYSTEM))
    assert said == "Visit is between 1 h 30 min and 2 d"
    page = page_records(actor, "lead", sort=(f"-{key}",), fields=("name",))
    assert [lead.pk for lead in page.items] == [long.pk, twin.pk, short.pk, none.pk]
    groups = group_records(actor, read_grouping(actor, "lead", key)).shown
    assert [(group.label, group.count) for group in groups] == [("20 min", 2), ("1 d", 1), ("(none)", 1)]
    totals = {
        figure: total_records(actor, "lead", totals={key: figure})[key] for figure in ("sum", "average")
    }
    assert totals["sum"].amounts == (("", 88_800),)
    assert totals["average"].amounts[0][1] == 29_600


def test_reports_add_up_and_view_by_it(key: str, actor: Actor) -> None:
    for visit in ("20 min", "40 min", "2 h", None):
        make_lead(actor, **{key: visit})
    measures = [
        {"id": f"m{at}", "ref": f"lead.{key}.{kind}"}
        for at, kind in enumerate(("sum", "avg", "median", "min", "max"))
    ]
    found = run(actor, {"root": "lead", "measures": measures, "rows": [{"id": "d", "field": key}]}).to_json()
    grand = found["totals"]["grand"]
    assert [grand[f"m{at}"]["value"] for at in range(5)] == [10_800, 3_600, 2_400, 1_200, 7_200]
    assert [row["labels"]["d"] for row in found["rows"]] == ["20 min", "40 min", "2 h", "(none)"]
    assert {column["kind"] for column in found["columns"]} == {"duration"}
    having = {"field": "m0", "op": ">", "value": 1_500}
    some = run(actor, found["definition"] | {"having": having})
    assert len(some.rows) == 2
    assert "Sum of Visit is more than 25 min" in some.sentence


def test_it_can_be_indexed_unique_mandatory_and_a_default(actor: Actor) -> None:
    key = add_field("lead", Definition(label="Slot", kind="duration", is_indexed=True, is_unique=True)).key
    late = add_field("lead", Definition(label="Notice", kind="duration", default="2 d", is_required=True)).key
    run_until_idle()
    assert registry.get("lead").fields[key].reads_slot
    lead = make_lead(actor, **{key: "1:30"})
    assert held(lead, late) == 172_800
    assert list(find_records(actor, "lead", {"field": key, "op": "le", "value": "90 min"})) == [lead]
    with pytest.raises(Invalid) as refused:
        make_lead(actor, **{key: "90 min"})
    assert refused.value.errors[0].code == "taken"
    with pytest.raises(Invalid) as refused:
        update_record(actor, "lead", lead.pk, {late: None})
    assert refused.value.errors[0].code == "required"


def test_formulas_count_it_in_days(key: str, actor: Actor) -> None:
    hours = add_field("lead", Definition(label="Hours", kind="computed", formula=f"{key} * 24")).key
    given: dict[str, Any] = {"kind": "computed", "result": "duration"}
    twice = add_field("lead", Definition(label="Twice", formula=f"{key} * 2 + 1 / 24", **given)).key
    lead = make_lead(actor, **{key: "0:20:01"})
    assert held(lead, hours) == 0.33
    assert held(lead, twice) == 2 * 1_201 + 3_600
    update_record(actor, "lead", lead.pk, {key: None})
    assert held(lead, twice) is None


def test_files_bring_it_in_every_form(key: str, administrator: Any) -> None:
    cells = ("1:30", '"1,5 h"', "90 min", "PT90M", "1 h 30 min")
    helpers.run(administrator, "lead", csv_of("First name,Visit", *(f"A,{cell}" for cell in cells)))
    assert [lead.custom[key] for lead in living_leads()] == [5_400] * 5


def test_numbers_without_a_unit_are_not_guessed(key: str, administrator: Any) -> None:
    rows: list[list[Any]] = [["First name", "Visit"], ["A", 90], ["B", "1,5"], ["C", "2 h"]]
    content, name = helpers.xlsx_of(rows), "visits.xlsx"
    failed = helpers.run(administrator, "lead", content, name=name)
    assert [(cause["code"], cause["count"]) for cause in failed.causes] == [("no_unit", 2)]
    helpers.run(administrator, "lead", content, name=name, duration_unit="minute")
    assert [lead.custom[key] for lead in living_leads()] == [7_200, 5_400, 90, 7_200]
