"""Opening a number."""

from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.records.find import find_records
from headwater.reports.definition import DefinitionError
from headwater.reports.drill import drill
from headwater.testing.factories import SYSTEM, make_lead

pytestmark = pytest.mark.django_db

BY_SOURCE: dict[str, Any] = {
    "root": "lead",
    "measures": ["lead.conversion_rate", "lead.count"],
    "rows": ["source"],
    "columns": [{"field": "created_at", "grain": "month"}],
    "period": {"range": {"rel": "this", "unit": "year"}},
}


@pytest.fixture
def leads(company):
    return [
        make_lead(SYSTEM, first_name=f"No{number}", source="web_form", created_at=f"2026-01-{number + 1:02}")
        for number in range(5)
    ]


@pytest.mark.parametrize(
    ("cell", "at", "code"),
    [
        ({"row": {"d9": 1}}, "cell.row.d9", "unknown_word"),
        ({"row": {"d2": "2026-01-01"}}, "cell.row.d2", "unknown_word"),
        ({"row": {"d1": 7}}, "cell.row.d1", "bad_key"),
        ({"row": {"d1": {"other": True}}}, "cell.d1", "no_other"),
        ({"column": {"d2": "2026-01-02"}}, "cell.column.d2", "bad_key"),
        ({"column": {"d2": "January"}}, "cell.column.d2", "bad_key"),
        ({"column": {"d2": []}}, "cell.column.d2", "bad_key"),
        ({"measure": "m9"}, "cell.measure", "unknown_word"),
        ({"place": 1}, "cell.place", "unknown_word"),
        ([], "cell", "not_object"),
        ({"row": "web_form"}, "cell.row", "not_object"),
    ],
)
def test_wrong_coordinates_are_named(company, cell, at, code):
    with pytest.raises(DefinitionError) as caught:
        drill(company.all_seeing, BY_SOURCE, cell)
    assert [(problem.at, problem.code) for problem in caught.value.problems] == [(at, code)]


@pytest.mark.parametrize("word", ["2026-01-01", "2026-01"])
def test_a_month_may_be_written_short(company, leads, word):
    found = drill(company.all_seeing, BY_SOURCE, {"column": {"d2": word}})
    assert found.page.count == 5


def test_the_filter_is_a_sentence_and_works_in_any_list(company, leads):
    found = drill(company.all_seeing, BY_SOURCE, {"row": {"d1": "web_form"}, "column": {"d2": "2026-01-01"}})
    assert found.sentence == "Created: 1 Jan – 31 Dec and Source is Web form and Created: 1–31 Jan"
    assert find_records(company.all_seeing, "lead", found.filter.to_json()).count() == 5


def test_what_was_counted_is_found_after_the_time_has_moved_on(company, leads, frozen):
    where = {"all": [{"field": "created_at", "op": "newer_than", "value": {"n": 90, "unit": "day"}}]}
    found = drill(company.all_seeing, {**BY_SOURCE, "where": where}, {})
    assert found.page.count == 5
    frozen.move_to(datetime(2027, 5, 1, tzinfo=UTC))
    assert find_records(company.all_seeing, "lead", found.filter.to_json()).count() == 5


def test_the_list_comes_in_pages_in_the_order_of_the_table(company, leads):
    definition = {**BY_SOURCE, "table": {"columns": ["name"], "order": ["name"]}}
    first = drill(company.all_seeing, definition, {"row": {"d1": "web_form"}}, limit=3)
    rest = drill(company.all_seeing, definition, {"row": {"d1": "web_form"}}, limit=3, after=first.page.next)
    names = [record.first_name for record in [*first.page.items, *rest.page.items]]
    assert names == ["No0", "No1", "No2", "No3", "No4"]
    assert [how.key for how in first.counts_as] == ["not_converted"] * 3
    assert rest.page.next is None


def test_a_count_counts_every_record(company, leads):
    found = drill(company.all_seeing, BY_SOURCE, {"measure": "m2"})
    assert {how.key for how in found.counts_as} == {"counted"}
