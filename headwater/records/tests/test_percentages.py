"""Percentages: numbers that are typed, shown and imported with their sign."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from headwater.lib.typed_numbers import typed_percent
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.filters import parse_filter
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.write import create_record, update_record
from headwater.testing.factories import make_lead, make_opportunity
from headwater.transfer.tests.helpers import csv_of, living_leads, run
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(db):
    return add_field("lead", Definition(label="Share", kind="percent", decimal_places=2)).key


@pytest.mark.parametrize(
    ("language", "typed", "plain"),
    [
        ("lv", "12,5 %", "12.5"),
        ("en", "12.5%", "12.5"),
        ("en", "%50", "50"),
        ("th", "๑๒.๕ %", "12.5"),
        ("km", "១២,៥％", "12.5"),
        ("en", "1,234.5 ٪", "1234.5"),
    ],
)
def test_it_is_typed_as_people_write_it(language: str, typed: str, plain: str) -> None:
    assert typed_percent(typed, language=language) == plain


def test_it_is_shown_with_its_sign(key: str) -> None:
    field = registry.get("lead").fields[key]
    shown = dict.fromkeys(("en", "lv"), "")
    for language in shown:
        with translation.override(language):
            shown[language] = field.kind.display(Decimal("12.50"), field)
    assert shown == {"en": "12.5%", "lv": "12,5%"}
    tree = {"field": key, "op": "gt", "value": "10 %"}
    assert parse_filter("lead", tree).sentence(filter_context(SYSTEM)) == "Share is more than 10%"


def test_it_is_exact_and_found(key: str, administrator: Any) -> None:
    actor = Actor(administrator)
    lead, other = make_lead(actor, **{key: "12.55 %"}), make_lead(actor, **{key: 13})
    assert find_records(actor, "lead").get(pk=lead.pk).custom == {key: 12.55}
    assert list(find_records(actor, "lead", {"field": key, "op": "lt", "value": "12.6%"})) == [lead]
    assert list(find_records(actor, "lead", {"field": key, "op": "eq", "value": 13})) == [other]
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A", key: "half"})
    assert refused.value.errors[0].code == "not_number"


def test_files_bring_it_with_and_without_its_sign(key: str, administrator: Any) -> None:
    run(administrator, "lead", csv_of("First name;Share", "Anna;12,5 %", "Bert;7,25", "Cora;50%"))
    held = {lead.first_name: lead.custom[key] for lead in living_leads()}
    assert held == {"Anna": 12.5, "Bert": 7.25, "Cora": 50}


def test_a_probability_is_a_percentage_of_whole_ones(administrator: Any) -> None:
    actor = Actor(administrator)
    opportunity = make_opportunity(actor, probability="40 %")
    field = registry.get("opportunity").fields["probability"]
    assert field.kind.display(field.value_of(opportunity), field) == "40%"
    with pytest.raises(Invalid):
        update_record(actor, "opportunity", opportunity.pk, {"probability": "40.5"})
    with pytest.raises(Invalid):
        update_record(actor, "opportunity", opportunity.pk, {"probability": 101})
    assert update_record(actor, "opportunity", opportunity.pk, {"probability": 60}).probability == 60
