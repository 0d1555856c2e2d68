"""ⓘ: everything behind one number."""

import pytest

from headwater.records.find import find_records
from headwater.records.write import delete_record
from headwater.reports.explain import explain
from headwater.testing.factories import SYSTEM, make_lead

pytestmark = pytest.mark.django_db

BY_SOURCE = {
    "root": "lead",
    "measures": ["lead.conversion_rate"],
    "rows": ["source"],
    "period": {"range": {"rel": "this", "unit": "year"}},
    "where": {"field": "email", "op": "empty"},
}
WEB = {"row": {"d1": "web_form"}}


@pytest.fixture
def leads(company):
    north, south = company.north[0].pk, company.south[0].pk
    for owner, converted in ((north, "2026-02-01"), (north, None), (south, None)):
        make_lead(SYSTEM, source="web_form", owner=owner, created_at="2026-01-02", converted_at=converted)
    gone = make_lead(SYSTEM, source="web_form", owner=south, created_at="2026-01-02")
    delete_record(SYSTEM, "lead", gone.pk)


def test_a_number_tells_what_it_is_made_of(company, leads):
    told = explain(company.all_seeing, BY_SOURCE, WEB)
    assert told.cell.to_json() == {
        "value": pytest.approx(100 / 3),
        "numerator": 1,
        "denominator": 3,
        "small": True,
    }
    assert (told.numerator, told.denominator) == ("1 count as “Converted”", "3 leads")
    assert told.group == "Source: Web form"
    assert told.conditions == "E-mail is empty"
    assert told.bounds == "from 1 Jan 2026, 00:00 to before 1 Jan 2027, 00:00 (Europe/Riga)"
    assert [one.label for one in told.excluded] == ["1 deleted"]
    assert "Fewer than 5 records" in told.cautions[0]
    assert told.to_json()["measure"]["version"] == 1
    assert "opportunity or customer" in told.to_json()["measure"]["definition"]
    assert find_records(company.all_seeing, "lead", told.filter).count() == 3


def test_another_reader_is_told_of_her_own_records_only(company, leads):
    told = explain(company.team_reader, BY_SOURCE, WEB)
    assert told.cell.to_json() == {"value": 50.0, "numerator": 1, "denominator": 2, "small": True}
    assert told.excluded == []
    assert told.rights == "The leads of team North (3 people)."
    assert told.sql is None
    assert "sql" not in told.to_json()


def test_administrators_see_the_statements(company, leads):
    told = explain(company.all_seeing, BY_SOURCE, WEB).to_json()
    assert [statement["sql"].startswith("SELECT COUNT(*)") for statement in told["sql"]] == [True]


def test_the_total_warns_that_the_year_is_not_over(company, leads):
    assert any("may still rise" in caution for caution in explain(company.all_seeing, BY_SOURCE).cautions)


def test_no_number_is_not_zero(company):
    told = explain(company.all_seeing, BY_SOURCE)
    assert told.cell.value is None
    assert any("this is not zero" in caution for caution in told.cautions)


def test_a_text_is_shown_as_people_wrote_it(company):
    make_lead(SYSTEM, first_name="Ārija", last_name="ZARIŅA")
    told = explain(company.all_seeing, {**BY_SOURCE, "rows": ["name"]}, {"row": {"d1": "ārija zariņa"}})
    assert told.group == "Name: Ārija ZARIŅA"
