"""What a result says besides its figures."""

from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.access.errors import Forbidden
from headwater.lib.memo import unit_of_work
from headwater.metadata.errors import FilterError
from headwater.reports.definition import DefinitionError
from headwater.reports.run import run
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

RATE = {"id": "m1", "ref": "lead.conversion_rate"}
COUNT = {"id": "m2", "ref": "lead.count"}
THIS_YEAR = {"field": "lead.created_at", "range": {"rel": "this", "unit": "year"}}


def definition(**more: Any) -> dict[str, Any]:
    return {"root": "lead", "measures": [RATE, COUNT], "period": THIS_YEAR, **more}


def make(source: str | None, count: int, converted: int, created: str = "2026-01-15", **values: Any) -> None:
    """Make leads of a source, some of them converted."""
    for number in range(count):
        at = "2026-02-01" if number < converted else None
        make_lead(SYSTEM, source=source, created_at=created, converted_at=at, **values)


@pytest.fixture
def leads(company):
    make("web_form", 5, 2)
    make("referral", 2, 2)
    make(None, 1, 0)
    make("fair", 3, 3, created="2025-12-31")


def labels(result: Any, id: str = "d1") -> list[str]:
    return [row.group.labels[id] for row in result.rows]


def test_the_shape_that_programs_rely_on(company, leads):
    data = run(company.all_seeing, definition(rows=["lead.source"])).to_json()
    assert data["columns"] == [
        {"id": "d1", "label": "Source", "kind": "choice"},
        {"id": "m1", "label": "Lead conversion rate", "kind": "percent"},
        {"id": "m2", "label": "Number of leads", "kind": "integer"},
    ]
    assert data["rows"] == [
        {
            "key": {"d1": "web_form"},
            "labels": {"d1": "Web form"},
            "cells": {"m1": {"value": 40.0, "numerator": 2, "denominator": 5}, "m2": {"value": 5}},
        },
        {
            "key": {"d1": "referral"},
            "labels": {"d1": "Referral"},
            "cells": {
                "m1": {"value": 100.0, "numerator": 2, "denominator": 2, "small": True},
                "m2": {"value": 2},
            },
        },
        {
            "key": {"d1": None},
            "labels": {"d1": "(none)"},
            "cells": {
                "m1": {"value": 0.0, "numerator": 0, "denominator": 1, "small": True},
                "m2": {"value": 1},
            },
        },
    ]
    assert data["totals"] == {
        "grand": {"m1": {"value": 50.0, "numerator": 4, "denominator": 8}, "m2": {"value": 8}}
    }
    assert data["bounds"] == {"from": "2026-01-01T00:00:00+02:00", "to": "2027-01-01T00:00:00+02:00"}
    assert (data["as_of"], data["zone"]) == ("2026-03-18T12:00:00+02:00", "Europe/Riga")
    assert (data["excluded"], data["truncated"], data["overlaps"]) == ([], None, [])
    assert data["chart"] == {"kind": "bar", "x": "d1", "y": ["m1"], "series": None}
    assert data["title"] == "Lead conversion rate, Number of leads by Source (cohort)"
    assert data["period"] == "Created: this year, 1 Jan – 31 Dec"
    assert "whatever happened until 18 Mar 2026" in data["sentence"]


def test_the_total_is_counted_from_records_and_not_the_mean_of_the_rows(company, leads):
    result = run(company.all_seeing, definition(rows=["source"]))
    values = [row.cells["m1"].value for row in result.rows]
    assert result.totals.grand is not None
    assert result.totals.grand["m1"].value == 50
    assert sum(value or 0 for value in values) / len(values) != 50


def test_additive_numbers_add_up_whatever_they_are_grouped_by(company, leads):
    totals = []
    for field in ("source", "owner", "status", "owner.team", "created_at"):
        result = run(company.all_seeing, definition(rows=[field]))
        totals.append(sum(row.cells["m2"].value or 0 for row in result.rows))
    assert totals == [8] * 5


def test_a_condition_on_related_records_never_adds_records(company, leads):
    every = run(company.all_seeing, definition()).totals.grand
    for negated in ("exists", "not_exists"):
        where = {negated: {"path": "opportunities"}}
        some = run(company.all_seeing, definition(where=where)).totals.grand
        assert every is not None
        assert some is not None
        assert (some["m2"].value or 0) <= (every["m2"].value or 0)


def test_a_report_without_records_has_no_rate_and_says_zero(company):
    data = run(company.all_seeing, definition()).to_json()
    empty = {"m1": {"value": None, "numerator": 0, "denominator": 0}, "m2": {"value": 0}}
    assert data["totals"]["grand"] == empty
    assert [row["cells"] for row in data["rows"]] == [empty]
    assert list(run(company.all_seeing, definition(rows=["source"])).rows) == []


def test_rates_leave_gaps_where_counts_have_zeros(company, leads):
    result = run(company.all_seeing, definition(rows=[{"field": "created_at", "grain": "month"}]))
    assert labels(result) == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [row.cells["m1"].value for row in result.rows] == [50, None, None]
    assert [row.cells["m2"].value for row in result.rows] == [8, 0, 0]


def test_young_cohorts_are_open_and_old_ones_are_not(company, leads):
    result = run(company.all_seeing, definition(rows=[{"field": "created_at", "grain": "month"}]))
    # February ended 17 days before the 18th of March, January 46 days before.
    assert [row.group.open for row in result.rows] == [False, True, True]
    assert result.is_open
    assert any("less than 30 days ago" in note for note in result.notes)
    last_year = {"field": "created_at", "range": {"rel": "last", "unit": "year"}}
    over = run(company.all_seeing, definition(rows=["source"], period=last_year))
    assert not over.is_open
    assert over.notes == ["Rates of fewer than 5 records are uncertain and shown pale."]
    assert not run(company.all_seeing, {"root": "lead", "measures": [COUNT], "period": THIS_YEAR}).is_open


def test_rows_are_sorted_with_other_and_none_last(company, leads):
    by = [{"by": "m1", "dir": "desc", "nulls": "last"}]
    assert labels(run(company.all_seeing, definition(rows=["source"], sort=by))) == [
        "Referral",
        "Web form",
        "(none)",
    ]
    by = [{"by": "m2", "dir": "asc"}]
    assert labels(run(company.all_seeing, definition(rows=["source"], sort=by))) == [
        "Referral",
        "Web form",
        "(none)",
    ]
    by = [{"by": "d1", "dir": "desc"}]
    assert labels(run(company.all_seeing, definition(rows=["source"], sort=by, period=None))) == [
        "Fair",
        "Referral",
        "Web form",
        "(none)",
    ]
    top = {"id": "d1", "field": "source", "top": {"n": 1, "by": "m1"}}
    result = run(company.all_seeing, definition(rows=[top], sort=[{"by": "m2", "dir": "desc"}]))
    assert labels(result) == ["Referral", "Other", "(none)"]
    assert result.to_json()["rows"][1]["key"] == {"d1": {"other": True}}
    assert result.to_json()["truncated"] == [{"dimension": "d1", "shown": 1, "of": 2, "other": True}]


def test_the_limit_cuts_rows_and_says_of_how_many(company, leads):
    result = run(company.all_seeing, definition(rows=["source"], limit={"rows": 1}))
    assert labels(result) == ["Web form"]
    assert result.to_json()["truncated"] == [{"dimension": None, "shown": 1, "of": 3, "other": False}]
    assert result.totals.grand is not None
    assert result.totals.grand["m2"].value == 8


def test_a_report_that_nobody_could_read_is_refused(company, leads, monkeypatch):
    monkeypatch.setattr("headwater.reports.steps.aggregate.MOST_PIECES", 2)
    assert len(run(company.all_seeing, definition(rows=["status"])).rows) == 1
    with pytest.raises(DefinitionError, match="more than 2 groups"):
        run(company.all_seeing, definition(rows=["source"]))


def test_a_wide_table_is_cut_and_says_so(company, leads, monkeypatch):
    monkeypatch.setattr("headwater.reports.steps.arrange.MOST_COLUMNS", 2)
    monkeypatch.setattr("headwater.reports.steps.arrange.MOST_CELLS", 4)
    data = run(company.all_seeing, definition(rows=["source"], columns=["created_at"])).to_json()
    assert [len(row["by_column"]) for row in data["rows"]] == [2, 2]
    assert data["truncated"] == [
        {"dimension": "d2", "shown": 2, "of": 3, "other": False},
        {"dimension": None, "shown": 2, "of": 3, "other": False},
    ]
    assert data["totals"]["grand"]["m2"]["value"] == 8


def test_a_table_has_totals_of_rows_and_columns(company, leads):
    data = run(
        company.all_seeing,
        definition(
            rows=["source"], columns=[{"field": "converted_at", "grain": "set"}], totals=["grand", "columns"]
        ),
    ).to_json()
    assert [group["labels"]["d2"] for group in data["column_groups"]] == ["Yes", "No"]
    first = data["rows"][0]
    assert [cells and cells["m2"]["value"] for cells in first["by_column"]] == [2, 3]
    assert first["cells"]["m2"]["value"] == 5
    assert [row["by_column"][1] is None for row in data["rows"]] == [False, True, False]
    assert [cells["m2"]["value"] for cells in data["totals"]["columns"]] == [4, 4]


def test_overlapping_groups_say_so_and_do_not_swell_the_total(company):
    make("web_form", 2, 1, labels=["hot", "cold"])
    make("web_form", 1, 0, labels=["hot"])
    result = run(company.all_seeing, definition(rows=["labels"]))
    assert [(row.group.labels["d1"], row.cells["m2"].value) for row in result.rows] == [
        ("Hot", 3),
        ("Cold", 2),
    ]
    assert result.overlaps == ["d1"]
    assert "Groups of Labels overlap" in result.notes[0]
    assert result.totals.grand is not None
    assert result.totals.grand["m2"].value == 3


def test_a_hidden_none_group_is_counted_as_left_out(company, leads):
    result = run(company.all_seeing, definition(rows=[{"field": "source", "null": "hide"}]))
    assert labels(result) == ["Web form", "Referral"]
    assert result.totals.grand is not None
    assert result.totals.grand["m2"].value == 7
    assert [(one.reason, one.count, one.label) for one in result.excluded] == [
        ("hidden_none", 1, "1 in the hidden group “(none)”")
    ]


def test_each_reader_gets_her_own_numbers_and_is_told_whose_they_are(company):
    make("web_form", 2, 2, owner=company.north[1].pk)
    make("web_form", 3, 0, owner=company.south[0].pk)
    make("fair", 1, 0, owner=None)
    by_source = definition(rows=["source"])
    everybody = run(company.all_seeing, by_source)
    north = run(company.team_reader, by_source)
    assert everybody.to_json()["totals"]["grand"]["m1"]["denominator"] == 6
    assert north.to_json()["totals"]["grand"]["m1"] == {
        "value": 100.0,
        "numerator": 2,
        "denominator": 2,
        "small": True,
    }
    assert labels(north) == ["Web form"]
    assert everybody.rights == "All leads: you may see every one."
    assert north.rights == "The leads of team North (3 people)."


def test_only_administrators_see_the_statements(company, leads):
    shown = run(company.all_seeing, definition(rows=["source"])).to_json()
    assert [statement["sql"].startswith("SELECT ") for statement in shown["sql"]] == [True]
    assert "sql" not in run(company.team_reader, definition(rows=["source"])).to_json()


def test_a_reader_without_rights_is_refused(company, stranger):
    with pytest.raises(Forbidden):
        run(Actor(stranger), definition())


def test_a_failing_step_is_named(company):
    where = {"field": "owner", "op": "my_team"}
    with pytest.raises(FilterError) as caught:
        run(company.all_seeing, definition(where=where))
    assert caught.value.__notes__ == ["in the report step “base” of lead"]


def test_overrides_hold_for_one_run(company, leads):
    saved = definition(rows=["source"])
    once = run(
        company.all_seeing,
        saved,
        overrides={
            "period": {"range": {"rel": "last", "unit": "year"}},
            "where": {"field": "source", "op": "not_empty"},
        },
    )
    assert labels(once) == ["Fair"]
    assert labels(run(company.all_seeing, saved)) == ["Web form", "Referral", "(none)"]


@pytest.mark.parametrize(
    ("more", "queries"),
    [
        ({"rows": ["source"]}, 2),  # the count, the options
        ({"rows": ["created_at"]}, 1),
        ({"rows": ["created_at"], "columns": ["owner"]}, 2),  # the count, the names
        ({"rows": ["owner.team"]}, 2),
        ({"rows": ["job_title"]}, 2),  # the largest groups, the count
    ],
    ids=str,
)
def test_one_query_counts_and_few_others_name(company, leads, django_assert_num_queries, more, queries):
    make("web_form", 1, 0, owner=company.north[0].pk)
    # besides, once for each unit of work: the number of the settings, the organization's calendar, and
    # the custom fields with their layouts, slots and what is unique
    with unit_of_work(), django_assert_num_queries(queries + 6):
        run(company.all_seeing, definition(**more))


def test_now_is_read_once(company, frozen):
    make_lead(SYSTEM, created_at=datetime(2026, 12, 31, 21, 59, 59, tzinfo=UTC))
    make_lead(SYSTEM, created_at=datetime(2026, 12, 31, 22, 0, tzinfo=UTC))
    frozen.move_to(datetime(2026, 12, 31, 21, 59, 59, 999999, tzinfo=UTC))
    result = run(company.all_seeing, definition())
    assert result.to_json()["totals"]["grand"]["m2"]["value"] == 1
