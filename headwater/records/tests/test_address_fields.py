"""Addresses as values of custom fields: one value, whose parts can be asked for by themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import translation

from headwater.access.models import FieldAccess, RoleFieldRight
from headwater.history.models import HistoryEntry
from headwater.lib import countries
from headwater.metadata import registry
from headwater.metadata.custom.definitions import BadDefinition, Definition, add_field, switch_field
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.records.asof import as_of
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.records.write import create_record, update_record
from headwater.reports.groups import group_records, read_grouping
from headwater.reports.run import run
from headwater.testing.factories import actor_of, make_lead
from headwater.transfer.tests import helpers
from headwater.transfer.tests.helpers import csv_of, living_leads
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db

RIGA = {"line1": "Brīvības iela 1", "postal_code": "LV-1010", "city": "Rīga", "country": "LV"}
BANGKOK = {"line1": "ถนนสีลม 5", "city": "กรุงเทพ", "country": "TH"}


@pytest.fixture
def key(db):
    return add_field("lead", Definition(label="Site", kind="address")).key


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


def held(lead: Any, key: str) -> Any:
    return (find_records(SYSTEM, "lead").get(pk=lead.pk).custom or {}).get(key)


def found(actor: Actor, field: str, op: str, value: Any = None) -> set[int]:
    tree = {"field": field, "op": op} | ({} if value is None else {"value": value})
    wanted = parse_filter("lead", tree)
    pks = {lead.pk for lead in find_records(actor, "lead", tree)}
    assert pks == {lead.pk for lead in living_leads() if wanted.matches(lead, filter_context(actor))}
    return pks


@pytest.mark.parametrize("country", ["LV", "lv", "Latvia", "LATVIJA", "ลัตเวีย", countries.name("LV", "km")])
def test_the_country_is_given_by_code_or_by_its_name_in_any_language(
    key: str, actor: Actor, country: str
) -> None:
    assert held(make_lead(actor, **{key: {"country": country}}), key) == {"country": "LV"}


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"country": "Atlantis"}, "unknown_country", "Country: “Atlantis” is no country"),
        ({"street": "x"}, "not_address", "line1, line2, postal_code"),
        ({"city": ["x"]}, "not_text", "City: "),
        ({"city": "x" * 121}, "too_long", "City: "),
        ("Brīvības 1, Rīga", "not_address", "object"),
        ("{", "not_address", "object"),
        ([1], "not_address", "object"),
        (7, "not_address", "object"),
    ],
)
def test_what_is_no_address_is_refused(key: str, actor: Actor, given: Any, code: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A", key: given})
    assert refused.value.errors[0].code == code
    assert said in refused.value.errors[0].message


def test_it_is_written_on_one_line_in_the_readers_language(key: str, actor: Actor) -> None:
    field = registry.get("lead").fields[key]
    value = field.value_of(make_lead(actor, **{key: RIGA | {"state": "Vidzeme"}}))
    assert field.kind.display(value, field) == "Brīvības iela 1, LV-1010 Rīga, Vidzeme, Latvia"
    with translation.override("lv"):
        assert field.kind.display(value, field).endswith("Latvija")


def test_it_is_found_by_any_part_as_a_whole_and_by_its_parts(key: str, actor: Actor) -> None:
    riga, bangkok = make_lead(actor, **{key: RIGA}), make_lead(actor, **{key: BANGKOK})
    none = make_lead(actor)
    for words in ("brīvības", "LV-1010 RĪGA", "latvija", "Latvia"):
        assert found(actor, key, "contains", words) == {riga.pk}
        assert found(actor, key, "not_contains", words) == {bangkok.pk, none.pk}
    assert found(actor, key, "empty") == {none.pk}
    assert found(actor, f"{key}_city", "eq", "rīga") == {riga.pk}
    assert found(actor, f"{key}_country", "in", ["TH", "KH"]) == {bangkok.pk}
    assert found(actor, f"{key}_country", "empty") == {none.pk}
    for words in ("bangkok", "กรุงเทพ", "ถนนสีลม", "thailand"):
        leads = set(find_records(actor, "lead", search=words))
        assert leads == ({bangkok} if words != "bangkok" else set())
    said = parse_filter("lead", {"field": f"{key}_country", "op": "in", "value": ["LV"]})
    assert said.sentence(filter_context(actor)) == "Site: Country is Latvia"


def test_it_is_sorted_as_a_whole_and_grouped_by_its_parts(key: str, actor: Actor) -> None:
    leads = [make_lead(actor, **{key: RIGA | {"line1": street}}) for street in ("Zaļā 2", "Alberta 7")]
    leads.append(make_lead(actor, **{key: BANGKOK}))
    page = page_records(actor, "lead", sort=(key,), fields=("name",))
    assert [lead.pk for lead in page.items][:2] == [leads[1].pk, leads[0].pk]
    groups = group_records(actor, read_grouping(actor, "lead", f"{key}_country")).shown
    assert {(group.label, group.count) for group in groups} == {("Latvia", 2), ("Thailand", 1)}
    with pytest.raises(FilterError):
        read_grouping(actor, "lead", key)
    rows = [{"id": "d", "field": f"{key}_city"}]
    report = run(actor, {"root": "lead", "measures": [{"id": "m", "ref": "lead.count"}], "rows": rows})
    told = {row["labels"]["d"]: row["cells"]["m"]["value"] for row in report.to_json()["rows"]}
    assert told == {"Rīga": 2, "กรุงเทพ": 1}


def test_a_part_is_written_by_itself_and_history_tells_of_the_whole(key: str, actor: Actor) -> None:
    lead = make_lead(actor, **{key: RIGA})
    update_record(actor, "lead", lead.pk, {f"{key}_city": "Jūrmala", f"{key}_country": ""})
    after = {name: part for name, part in RIGA.items() if name != "country"} | {"city": "Jūrmala"}
    assert held(lead, key) == after
    assert found(actor, f"{key}_city", "eq", "jūrmala") == {lead.pk}
    entry = HistoryEntry.objects.filter(object="lead", record_id=lead.pk).latest("pk")
    assert entry.changes == {key: [RIGA, after]}
    update_record(actor, "lead", lead.pk, {key: None})
    assert find_records(actor, "lead").get(pk=lead.pk).custom is None


def test_the_past_has_its_parts_too(key: str, actor: Actor) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        lead = make_lead(actor, **{key: RIGA})
    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=False):
        update_record(actor, "lead", lead.pk, {key: BANGKOK})
    wanted = {
        "all": [{"field": f"{key}_country", "op": "in", "value": ["LV"]}, {"field": key, "op": "not_empty"}]
    }
    assert not find_records(actor, "lead", wanted).exists()
    with as_of(actor, datetime(2026, 3, 3, tzinfo=UTC)):
        assert list(find_records(actor, "lead", wanted)) == [lead]
        assert find_records(actor, "lead", {"field": f"{key}_city", "op": "eq", "value": "rīga"}).exists()


def test_a_mandatory_one_holds_up_who_empties_its_parts(actor: Actor) -> None:
    key = add_field("lead", Definition(label="Site", kind="address", is_required=True)).key
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A"})
    assert refused.value.errors[0].field == key
    lead = make_lead(actor, **{f"{key}_city": "Rīga"})
    with pytest.raises(Invalid):
        update_record(actor, "lead", lead.pk, {f"{key}_city": ""})


def test_its_parts_go_with_it(key: str, actor: Actor, seller_north: Any) -> None:
    lead = make_lead(seller_north, **{key: RIGA})
    seller = actor_of(seller_north)
    right = RoleFieldRight.objects.create(
        role=seller_north.role, object="lead", field=key, access=FieldAccess.READ_ONLY
    )
    with pytest.raises(Invalid) as refused:
        update_record(seller, "lead", lead.pk, {f"{key}_city": "Jūrmala"})
    assert refused.value.errors[0].code == "not_allowed"
    right.access = FieldAccess.HIDDEN
    right.save()
    for field in (key, f"{key}_city", f"{key}_country"):
        with pytest.raises(FilterError):
            find_records(seller, "lead", {"field": field, "op": "not_empty"})
    assert not find_records(seller, "lead", search="brīvības").exists()
    assert find_records(actor, "lead", search="brīvības").exists()


def test_no_other_field_takes_the_key_of_a_part(key: str, actor: Actor) -> None:
    assert add_field("lead", Definition(label="Site city")).key != f"{key}_city"
    assert add_field("lead", Definition(label="Home city")).key == "cf_home_city"
    assert add_field("lead", Definition(label="Home", kind="address")).key != "cf_home"
    computed = Definition(label="Code", kind="computed", formula=f"upper({key}_country)")
    code = add_field("lead", computed).key
    assert held(make_lead(actor, **{key: RIGA}), code) == "LV"
    with pytest.raises(BadDefinition, match="computed from this field"):
        switch_field("lead", key, is_active=False)
    switch_field("lead", code, is_active=False)
    switch_field("lead", key, is_active=False)
    with pytest.raises(FilterError, match="is switched off"):
        find_records(actor, "lead", {"field": f"{key}_city", "op": "not_empty"})


def test_files_have_a_column_for_each_part(key: str, administrator: Any) -> None:
    done = helpers.run(
        administrator,
        "lead",
        csv_of(
            "First name,Site: Address line 1,Site: City,Site: Country",
            "Anna,Brīvības iela 1,Rīga,Latvija",
            "Bert,Alberta 7,Rīga,Atlantis",
            "Cora,,Jūrmala,LV",
        ),
    )
    assert [(cause["code"], cause["count"]) for cause in done.causes] == [("unknown_country", 1)]
    kept = [lead.custom[key] for lead in living_leads()]
    assert kept == [
        {"line1": "Brīvības iela 1", "city": "Rīga", "country": "LV"},
        {"city": "Jūrmala", "country": "LV"},
    ]
    with pytest.raises(Exception, match="has several parts"):
        helpers.upload(administrator, "lead", csv_of("a,b", "1,2"), mapping={"a": key})
