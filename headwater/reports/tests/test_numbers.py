"""Sums, averages and extremes of numbers and money."""

from typing import Any

import pytest

from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.testing.factories import SYSTEM, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(company):
    for source, value, currency, employees in (
        ("web_form", "100.50", "EUR", 10),
        ("web_form", "200.25", "EUR", None),
        ("web_form", "70", "USD", 3),
        ("fair", None, "", 4),
    ):
        make_lead(SYSTEM, source=source, value=value, currency=currency, employees=employees)


def definition(*refs: str) -> dict[str, Any]:
    return {"root": "lead", "measures": list(refs), "rows": ["source"]}


def cells(actor: Any, ref: str) -> list[Any]:
    """Return the values by source, then the total."""
    data = run(actor, definition(ref)).to_json()
    return [row["cells"]["m1"]["value"] for row in data["rows"]] + [data["totals"]["grand"]["m1"]["value"]]


@pytest.mark.parametrize(
    ("ref", "values"),
    [
        ("lead.value.sum", [300.75, 0, 300.75]),
        ("lead.value.avg", [150.375, None, 150.375]),
        ("lead.value.min", [100.5, None, 100.5]),
        ("lead.value.max", [200.25, None, 200.25]),
        ("lead.employees.sum", [13, 4, 17]),
        ("lead.employees.avg", [6.5, 4, pytest.approx(17 / 3)]),
        ("lead.employees.min", [3, 4, 3]),
        ("lead.employees.max", [10, 4, 10]),
    ],
)
def test_numbers_are_aggregated_in_each_group_and_in_the_total(company, leads, ref, values):
    assert cells(company.all_seeing, ref) == values


def test_money_without_a_rate_is_reported_and_never_taken_as_one(company, leads):
    result = run(company.all_seeing, definition("lead.value.sum"))
    assert [(one.reason, one.count, one.measure) for one in result.excluded] == [
        ("no_value", 1, "m1"),
        ("no_rate", 1, "m1"),
    ]
    assert result.columns[1].to_json() == {
        "id": "m1",
        "label": "Sum of Value",
        "kind": "money",
        "currency": "EUR",
    }


def test_records_that_a_sum_leaves_out_say_so_in_its_list(company, leads):
    found = drill(company.all_seeing, definition("lead.value.sum"), {"row": {"d1": "web_form"}})
    counted = [
        record.value
        for record, how in zip(found.page.items, found.counts_as, strict=True)
        if how.key == "counted"
    ]
    assert float(sum(counted)) == 300.75
    assert [how.key for how in found.counts_as].count("not_counted") == 1


def test_an_average_is_explained_by_its_sum_and_count(company, leads):
    told = explain(company.all_seeing, definition("lead.value.avg"), {"row": {"d1": "web_form"}})
    assert (told.numerator, told.denominator) == ("sum 300.75", "2 leads")
    assert [(one.reason, one.label) for one in told.excluded] == [
        ("no_rate", "1 in a currency without a rate")
    ]


def test_the_largest_groups_can_be_chosen_by_any_number(company, leads):
    top = {"field": "name", "top": {"n": 1, "by": "m1"}}
    for ref, value in (("lead.employees.avg", 10), ("lead.value.max", 200.25), ("lead.conversion_rate", 0)):
        data = run(company.all_seeing, {"root": "lead", "measures": [ref], "rows": [top]}).to_json()
        assert data["rows"][0]["cells"]["m1"]["value"] == value
