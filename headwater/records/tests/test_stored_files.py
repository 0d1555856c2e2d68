"""Custom fields that hold a file: who puts which file onto which record, and who reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile

from headwater.access.errors import Forbidden
from headwater.files.models import StoredFile
from headwater.files.storage import path_of
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.metadata.custom.definitions import BadDefinition, Definition, add_field
from headwater.metadata.filters import parse_filter
from headwater.records import stored_files
from headwater.records.asof import as_of
from headwater.records.bulk import RowWrite, write_records
from headwater.records.context import filter_context
from headwater.records.errors import Invalid, NotFound
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 contract"


@pytest.fixture
def key(db: None, settings: Any, tmp_path: Any) -> str:
    settings.DATA_DIR = tmp_path
    return add_field("lead", Definition(label="Contract", kind="file")).key


def upload(actor: Any, key: str, name: str = "Contract.pdf", content: bytes = PDF, on: str = "lead") -> int:
    return stored_files.upload(actor_of(actor), on, key, ContentFile(content), name).pk


def name_on(key: str, record: Any) -> str:
    record = find_records(SYSTEM, "lead").get(pk=record.pk)
    return str(registry.whole("lead").fields[key].value_of(record) or "")


def refusal(*write: Any, door: Any = update_record) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        door(*write)
    return [(error.field, error.code) for error in refused.value.errors]


def found(key: str, op: str, value: str = "") -> set[int]:
    tree = {"field": key, "op": op} | ({"value": value} if value else {})
    records = find_records(SYSTEM, "lead", tree)
    parsed = parse_filter("lead", tree)
    for record in find_records(SYSTEM, "lead"):
        assert parsed.matches(record, filter_context(SYSTEM)) == records.filter(pk=record.pk).exists()
    none = {"none": [tree]}
    others = find_records(SYSTEM, "lead").exclude(pk__in=records)
    assert set(find_records(SYSTEM, "lead", none)) == set(others)
    return set(records.values_list("pk", flat=True))


def test_a_file_is_put_onto_a_record_replaced_and_taken_away(key, seller_north):
    actor = actor_of(seller_north)
    lead = create_record(actor, "lead", {"first_name": "A", key: upload(actor, key)})
    first = StoredFile.objects.get()
    assert (first.record_id, first.name, first.size, first.media_type) == (
        lead.pk, "Contract.pdf", len(PDF), "application/pdf",
    )  # fmt: skip
    assert path_of(first.place).read_bytes() == PDF
    assert name_on(key, lead) == "Contract.pdf"
    update_record(actor, "lead", lead.pk, {key: upload(actor, key, "New.pdf")})
    update_record(actor, "lead", lead.pk, {key: None})
    said = [entry.changes[key] for entry in HistoryEntry.objects.filter(object="lead").order_by("pk")]
    names = [[value and value["name"] for value in values] for values in said]
    assert names == [[None, "Contract.pdf"], ["Contract.pdf", "New.pdf"], ["New.pdf", None]]
    # An earlier file is still there, for whoever sees the record, and can come back.
    assert stored_files.get_file(actor, first.pk).name == "Contract.pdf"
    update_record(actor, "lead", lead.pk, {key: said[0][1]})
    assert name_on(key, lead) == "Contract.pdf"


@pytest.mark.attack(16)
def test_only_ones_own_upload_for_this_very_field_is_taken(key, seller_north, seller_south, administrator):
    north, south = actor_of(seller_north), actor_of(seller_south)
    other = add_field("lead", Definition(label="Map", kind="file")).key
    elsewhere = add_field("customer", Definition(label="Contract", kind="file")).key
    lead, second = make_lead(north), make_lead(north)
    refused = [(key, "not_found")]
    for number in (upload(south, key), upload(north, other), upload(north, elsewhere, on="customer"), 999):
        assert refusal(north, "lead", lead.pk, {key: number}) == refused
        assert refusal(north, "lead", {"first_name": "A", key: number}, door=create_record) == refused
        (result,) = write_records(north, "lead", [RowWrite({key: number}, lead.pk)])
        assert [(error.field, error.code) for error in result.errors] == refused
    mine = upload(north, key)
    update_record(north, "lead", lead.pk, {key: mine})
    assert refusal(north, "lead", second.pk, {key: mine}) == refused  # it hangs on another record
    assert refusal(Actor(administrator), "lead", second.pk, {key: mine}) == refused
    new = upload(north, key)
    results = write_records(north, "lead", [RowWrite({key: new}, lead.pk), RowWrite({key: new}, second.pk)])
    assert [result.outcome for result in results] == ["updated", "failed"]
    for wrong in ("x", -1, True, [mine], {"id": "x"}):
        assert refusal(north, "lead", lead.pk, {key: wrong}) == [(key, "not_file")]


@pytest.mark.attack(16)
def test_a_file_is_read_by_whoever_sees_record_and_field_now(
    key, seller_north, seller_south, manager, administrator
):
    north, south = actor_of(seller_north), actor_of(seller_south)
    waiting = upload(north, key)
    for other in (south, actor_of(manager)):
        with pytest.raises(NotFound):
            stored_files.get_file(other, waiting)
    lead = create_record(north, "lead", {"first_name": "A", key: waiting})
    assert stored_files.get_file(actor_of(manager), waiting).pk == waiting
    with pytest.raises(NotFound):
        stored_files.get_file(south, waiting)
    delete_record(actor_of(manager), "lead", lead.pk)
    with pytest.raises(NotFound):
        stored_files.get_file(north, waiting)
    restore_record(actor_of(manager), "lead", lead.pk)
    update_record(Actor(administrator), "lead", lead.pk, {"owner": seller_south.pk})
    assert stored_files.get_file(south, waiting).pk == waiting
    with pytest.raises(NotFound):  # who lost the record lost its files
        stored_files.get_file(north, waiting)


def test_who_can_write_nothing_uploads_nothing(key, stranger, seller_north, settings):
    with pytest.raises(Forbidden):
        upload(stranger, key)
    assert refusal(seller_north, key, door=lambda actor, key: upload(actor, "first_name")) == [
        ("field", "unknown_field")
    ]
    settings.FILE_BYTES = 4
    assert refusal(seller_north, key, door=upload) == [(key, "too_large")]
    assert refusal(seller_north, key, "a", b"", door=upload) == [(key, "empty_file")]
    assert not StoredFile.objects.exists()
    assert not [path for path in (settings.DATA_DIR / "media").rglob("*") if path.is_file()]


def test_filters_order_and_search_go_by_the_name(key, seller_north):
    actor = actor_of(seller_north)
    names = {"Žurnāls.pdf": 0, "annex 7%.txt": 0, "Contract.pdf": 0}
    for name in names:
        names[name] = make_lead(actor, **{key: upload(actor, key, name)}).pk
    without = make_lead(actor).pk
    journal, annex, contract = names.values()
    assert found(key, "contains", "ŽURN") == {journal}
    assert found(key, "contains", "7%") == {annex}
    assert found(key, "not_contains", "contract") == {journal, annex, without}
    assert found(key, "ends", ".PDF") == {journal, contract}
    assert found(key, "starts", "an") == {annex}
    assert found(key, "empty") == {without}
    assert found(key, "not_empty") == {journal, annex, contract}
    page = page_records(actor, "lead", sort=(key,), limit=2)
    rest = page_records(actor, "lead", sort=(key,), limit=2, after=page.next)
    order = [record.pk for record in [*page.items, *rest.items]]
    assert [pk for pk in order if pk != without] == [annex, contract, journal]
    assert [r.pk for r in find_records(actor, "lead", search="zurnals")] == [journal]


def test_what_cannot_be_for_files_is_refused(key):
    for more in ({"is_unique": True}, {"is_indexed": True}, {"default": "1"}):
        with pytest.raises(BadDefinition):
            add_field("lead", Definition(label="Other", kind="file", **more))
    with pytest.raises(BadDefinition):
        add_field("lead", Definition(label="Other", kind="computed", formula=f"len({key})"))


def test_a_mandatory_file_is_asked_for(key, seller_north):
    actor = actor_of(seller_north)
    must = add_field("lead", Definition(label="Passport", kind="file", is_required=True)).key
    assert refusal(actor, "lead", {"first_name": "A"}, door=create_record) == [(must, "required")]
    lead = create_record(actor, "lead", {"first_name": "A", must: upload(actor, must)})
    assert refusal(actor, "lead", lead.pk, {must: None}) == [(must, "required")]


def test_an_earlier_state_has_the_earlier_file(key, seller_north):
    actor, start = actor_of(seller_north), datetime(2026, 3, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as then:
        lead = create_record(actor, "lead", {"first_name": "A", key: upload(actor, key, "Old.pdf")})
        then.shift(timedelta(hours=1))
        update_record(actor, "lead", lead.pk, {key: upload(actor, key, "New.pdf")})
        then.shift(timedelta(hours=1))
        with as_of(actor, start + timedelta(minutes=1)):
            old = {"field": key, "op": "contains", "value": "old"}
            (found,) = find_records(actor, "lead", old)
            assert str(registry.whole("lead").fields[key].value_of(found)) == "Old.pdf"
        assert not find_records(actor, "lead", old).exists()
