"""A field that a role does not have is nowhere for its people.

The stranger test for fields: a reader with every right on every record, from whom each field is kept
that can be, looks through every door for a word that stands in those fields only.
"""

import io
import json

import pytest
from django.db import transaction
from django.test import Client

from headwater.access.models import ANY_OBJECT, Action, FieldAccess, RoleRight
from headwater.api.tests.doors import MARKER, SOUGHT, all_doors, build_world, marked_values
from headwater.api.tests.test_strangers import DOORS, answers, client_at, text_of
from headwater.history.asof import rebuild
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.pipeline.models import Lead
from headwater.records.errors import Invalid
from headwater.records.field_rights import choices_of, set_field_rights
from headwater.records.find import find_records
from headwater.records.saved.services import save_view
from headwater.records.search.best import find_best
from headwater.records.search.models import SearchRow
from headwater.records.write import create_record, update_record
from headwater.reports.services import save_report
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role

pytestmark = pytest.mark.django_db

IN_THE_NAME = {"first_name", "last_name", "organization_name", "name", "title", "line1", "city"}
"""Fields of which names of records are made: a name is always shown."""


def kept_fields(access=FieldAccess.HIDDEN):
    return {
        (entry.name, key): access
        for entry in registry.objects()
        for key, field in entry.fields.items()
        if access in choices_of(entry, field)
    }


def kept_values(entry):
    """Return values with the marker in every text but those of which names are made."""
    return {k: "Plain words" if k in IN_THE_NAME else value for k, value in marked_values(entry).items()}


@pytest.fixture
def keep(administrator):
    """Keep fields from a role."""

    def change(role, fields):
        set_field_rights(Actor(administrator), role, fields)
        run_until_idle()

    return change


@pytest.fixture
def blinkered(make_user, north, keep):
    """May do everything with every record, and has no field that can be kept back."""
    role = Role.objects.create(key="blinkered", label="Blinkered")
    for action in Action.values:
        RoleRight.objects.create(role=role, object=ANY_OBJECT, action=action, scope="all")
    keep(role, kept_fields())
    return make_user("blinkered", role="blinkered", team=north)


@pytest.fixture
def world(seller_north):
    made = build_world(seller_north, kept_values, said="Hello")
    for name, record in made.records.items():
        title = getattr(record, registry.get(name).title_key)
        assert MARKER not in title.lower(), name
        assert any(MARKER in str(value).lower() for value in vars(record).values()), name
    return made


@pytest.mark.attack(2)
def test_every_door_keeps_hidden_fields_back(world, blinkered):
    problems = []
    for door in DOORS:
        client = client_at(door, blinkered)
        with transaction.atomic():
            for method, path, response in answers(world, door, client):
                if response.status_code >= 500:
                    problems.append((method, path, response.status_code))
                if MARKER in text_of(response):
                    problems.append((method, path, "holds the marker"))
            transaction.set_rollback(True)
    assert not problems
    assert len(all_doors()) > 100


@pytest.mark.attack(2)
@pytest.mark.parametrize("name", sorted(entry.name for entry in registry.objects()))
def test_hidden_fields_cannot_be_asked_about(api_of, client_of, world, blinkered, name):
    api, browser, entry = api_of(blinkered), client_of(blinkered), registry.get(name)
    described = {field["key"] for field in api.get(f"{entry.slug}/describe").json()["fields"]}
    hidden = [key for place, key in kept_fields() if place == name]
    assert hidden
    assert not described.intersection(hidden)
    record = api.get(f"{entry.slug}/{world.records[name].pk}").json()
    assert not set(record).intersection(hidden)
    for key in hidden:
        kind = entry.fields[key].kind
        leaf = {"field": key, "op": next(iter(kind.operators)), "value": SOUGHT}
        for query in ({"filter": leaf}, {"sort": key}, {"fields": key}, {"group": key}):
            answer = api.get(entry.slug, **query)
            assert answer.status_code == 422, (key, query)
        for query in ({"filter": json.dumps(leaf)}, {"sort": key}, {"group": key}, {"totals": f"{key}:sum"}):
            page = browser.get(f"/{entry.slug}/", query)
            assert page.status_code < 500, (key, query)
            assert MARKER not in text_of(page), (key, query)
        refused = api.patch(f"{entry.slug}/{record['id']}", {key: None})
        assert refused.status_code == 422, key
        measures = [{"id": "m1", "ref": f"{name}.count"}]
        rows = [{"id": "d1", "field": key}]
        run = api.post("reports/run", {"v": 1, "root": name, "measures": measures, "rows": rows})
        assert run.status_code == 422, key
        summed = [{"id": "m1", "ref": f"{name}.{key}.sum"}]
        assert api.post("reports/run", {"v": 1, "root": name, "measures": summed}).status_code == 422, key


@pytest.mark.attack(2)
def test_words_of_hidden_fields_find_nothing(api_of, client_of, world, blinkered, manager):
    api, browser = api_of(blinkered), client_of(blinkered)
    for name, record in world.records.items():
        entry = registry.get(name)
        assert api.get(entry.slug, q=SOUGHT).json()["items"] == []
        assert browser.get(f"/lookup/{name}/", {"q": SOUGHT}).json() == {"options": []}
        assert not find_best(Actor(blinkered), name, SOUGHT, 5).records
        if not entry.search_keys:
            continue
        title = str(getattr(record, entry.title_key)).split()[0]
        assert record.pk in find_records(Actor(blinkered), name, search=title).values_list("pk", flat=True)
    assert MARKER not in text_of(browser.get("/search/", {"q": SOUGHT}))
    # everybody else goes on finding them
    assert find_records(Actor(manager), "lead", search=SOUGHT).exists()


def test_search_follows_new_and_changed_records_and_roles(keep, blinkered, administrator):
    actor = Actor(blinkered)
    role = blinkered.role
    keep(role, {("lead", "email"): "hidden"})
    lead = make_lead(administrator, first_name="Anna", email="anna@riverbank.example", job_title="Baker")
    assert not find_records(actor, "lead", search="riverbank").exists()
    assert find_records(actor, "lead", search="anna").exists()
    update_record(Actor(administrator), "lead", lead.pk, {"first_name": "Berta"})
    assert find_records(actor, "lead", search="berta").exists()
    keep(role, {})
    assert find_records(actor, "lead", search="riverbank").exists()
    assert set(SearchRow.objects.values_list("object", flat=True)) == {"lead"}


@pytest.mark.attack(15)
def test_a_change_counts_at_the_next_request(client_of, administrator, world, blinkered):
    lead, browser = world.records["lead"], client_of(blinkered)
    assert MARKER not in text_of(browser.get(f"/leads/{lead.pk}/"))
    page = f"/settings/roles/{blinkered.role_id}/fields/?object=lead"
    assert client_of(administrator).post(page, {}).status_code == 302
    assert MARKER in text_of(browser.get(f"/leads/{lead.pk}/"))
    assert client_of(administrator).post(page, {"email": "hidden"}).status_code == 302
    assert lead.email.encode() not in browser.get(f"/leads/{lead.pk}/").content


@pytest.mark.attack(2, 10)
def test_views_and_reports_that_name_a_hidden_field_say_so(api_of, client_of, administrator, keep, blinkered):
    keep(blinkered.role, {})
    actor = actor_of(blinkered)
    tree = {"all": [{"field": "job_title", "op": "contains", "value": "u"}]}
    settings = {"filter": tree, "columns": ["name", "job_title"], "sort": ["job_title"]}
    view = save_view(actor, "lead", name="Mine", settings=settings)
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "rows": [{"id": "d1", "field": "job_title"}],
    }
    report = save_report(actor, name="Mine", definition=definition)
    make_lead(administrator, job_title=MARKER)
    browser = client_of(blinkered)
    assert MARKER in text_of(browser.get("/leads/", {"view": view.pk}))
    keep(blinkered.role, {("lead", "job_title"): "hidden"})
    for address in (f"/leads/?view={view.pk}", f"/reports/{report.pk}/"):
        page = browser.get(address)
        assert page.status_code in (200, 422), address
        assert MARKER not in text_of(page), address
        assert "job_title" in page.content.decode(), address
    answer = api_of(blinkered).post("reports/run", {"report": report.pk})
    assert answer.status_code == 422


def test_what_is_hidden_is_written_and_remembered_all_the_same(blinkered, api_of, keep):
    """Computed values, defaults and history are whole whoever writes."""
    keep(blinkered.role, {place: "hidden" for place in kept_fields() if place[1] not in IN_THE_NAME})
    actor = Actor(blinkered)
    lead = create_record(actor, "lead", {"first_name": "Anna"})
    known = rebuild("lead", lead.pk, clock.now())
    assert known is not None
    assert known["status"] == Lead.unscoped.get(pk=lead.pk).status
    update_record(actor, "lead", lead.pk, {"last_name": "Berga"})
    made = api_of(blinkered).post(f"leads/{lead.pk}/customer", {})
    assert made.status_code == 201, made.content
    lead.refresh_from_db()
    assert (lead.name, lead.customer_id) == ("Anna Berga", made.json()["id"])
    later = rebuild("lead", lead.pk, clock.now())
    assert later is not None
    assert later["customer"] == lead.customer_id


def test_nothing_is_copied_out_of_a_hidden_field(client_of, api_of, blinkered, world, keep):
    keep(blinkered.role, {place: "hidden" for place in kept_fields() if place[1] not in IN_THE_NAME})
    lead = world.records["lead"]
    form = client_of(blinkered).get(f"/leads/{lead.pk}/make/customer/")
    assert MARKER not in text_of(form)
    made = api_of(blinkered).post(f"leads/{lead.pk}/contact", {"first_name": "Anna"})
    assert made.status_code == 201
    assert MARKER not in str(vars(registry.get("contact").model.unscoped.get(pk=made.json()["id"]))).lower()


@pytest.mark.attack(2)
def test_files_leave_hidden_fields_out(client_of, blinkered, world, keep):
    definition = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}
    table = {"columns": ["name", "email", "job_title", "owner"]}
    browser = client_of(blinkered)
    for rows in ("records", "figures"):
        for form in ("csv", "xlsx"):
            query = {"definition": json.dumps(definition | {"table": table}), "rows": rows, "format": form}
            answer = browser.get("/reports/export/", query)
            assert answer.status_code < 500
            assert MARKER not in text_of(answer)


@pytest.mark.attack(2)
def test_an_import_neither_writes_nor_finds_by_hidden_fields(api_of, blinkered, world, keep, administrator):
    keep(blinkered.role, {place: "hidden" for place in kept_fields() if place[1] not in IN_THE_NAME})
    api, lead = api_of(blinkered), world.records["lead"]
    for form in (
        {"mapping": '{"E-mail": "email"}'},
        {"match": '["email"]', "mode": "update"},
        {"match": '["external_id"]', "mode": "update"},
    ):
        file = io.BytesIO(f"First name,E-mail\nAnna,{lead.email}\n".encode())
        file.name = "a.csv"
        answer = api.upload("imports", {"object": "lead", "file": file, "dry_run": "true"} | form)
        assert answer.status_code == 422, answer.content
        assert MARKER not in text_of(answer).replace(lead.email.lower(), "")
    file = io.BytesIO(b"First name,E-mail\nAnna,anna@example.com\n")
    file.name = "a.csv"
    started = api.upload("imports", {"object": "lead", "file": file, "mode": "create"})
    assert started.status_code == 202
    run_until_idle()
    anna = find_records(SYSTEM, "lead", {"field": "first_name", "op": "eq", "value": "Anna"}).get()
    assert api_of(administrator).get(f"leads/{anna.pk}").json()["email"] == ""


def test_read_only_fields_are_shown_and_not_written(api_of, client_of, keep, blinkered, administrator):
    keep(blinkered.role, kept_fields(FieldAccess.READ_ONLY))
    lead = make_lead(administrator, job_title="Baker")
    api, browser = api_of(blinkered), client_of(blinkered)
    assert api.get(f"leads/{lead.pk}").json()["job_title"] == "Baker"
    refused = api.patch(f"leads/{lead.pk}", {"job_title": "Miller"})
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [("job_title", "not_allowed")]
    assert api.post("leads", {"first_name": "Anna", "job_title": "Miller"}).status_code == 422
    body = {"filter": {}, "set": {"job_title": "Miller"}}
    assert api.post("leads/bulk", body).status_code == 422
    assert b'name="job_title"' not in browser.get("/leads/new/").content
    assert browser.post(f"/leads/{lead.pk}/values/job_title/", {"job_title": "Miller"}).status_code >= 400
    described = {f["key"]: f["editable"] for f in api.get("leads/describe").json()["fields"]}
    assert described["job_title"] is False
    lead.refresh_from_db()
    assert lead.job_title == "Baker"


@pytest.mark.attack(2, 3)
def test_hidden_links_hide_what_lies_behind_them(api_of, keep, blinkered, world):
    keep(blinkered.role, {("opportunity", "lead"): "hidden", ("lead", "customer"): "hidden"})
    api = api_of(blinkered)
    through = {"field": "lead.name", "op": "not_empty"}
    assert api.get("opportunities", filter=through).status_code == 422
    back = {"exists": {"path": "opportunities", "where": {"all": []}}}
    assert api.get("leads", filter=back).status_code == 422
    assert api.get("leads", fields="customer.name").status_code == 422


def test_nobody_is_kept_from_the_dictionary_by_anothers_request(client_of, blinkered, administrator, world):
    client_of(blinkered).get("/leads/")
    assert "email" in registry.get("lead").fields
    assert MARKER in text_of(client_of(administrator).get(f"/leads/{world.records['lead'].pk}/"))
    with unit_of_work():
        assert find_records(SYSTEM, "lead", {"field": "email", "op": "contains", "value": SOUGHT}).exists()
        with pytest.raises(Invalid):
            update_record(Actor(blinkered), "lead", world.records["lead"].pk, {"email": "x@example.com"})


def test_only_administrators_say_what_is_kept(client_of, manager, api_of):
    assert client_of(manager).get(f"/settings/roles/{manager.role_id}/fields/").status_code == 403
    kept = [{"object": "lead", "field": "email", "access": "hidden"}]
    assert api_of(manager).patch(f"roles/{manager.role_id}", {"fields": kept}).status_code == 403


@pytest.mark.parametrize(
    ("name", "key", "access"),
    [
        ("lead", "name", "hidden"),
        ("lead", "owner", "hidden"),
        ("lead", "currency", "hidden"),
        ("lead", "status__x", "hidden"),
        ("planet", "name", "hidden"),
        ("lead", "created_by", "read_only"),
    ],
)
def test_what_records_need_is_not_kept_back(api_of, administrator, manager, name, key, access):
    kept = [{"object": name, "field": key, "access": access}]
    answer = api_of(administrator).patch(f"roles/{manager.role_id}", {"fields": kept})
    assert answer.status_code == 422
    assert not manager.role.field_rights.exists()


def test_programs_keep_fields_back(api_of, administrator, manager):
    kept = [{"object": "lead", "field": "email", "access": "hidden"}]
    api = api_of(administrator)
    assert api.patch(f"roles/{manager.role_id}", {"fields": kept}).json()["fields"] == kept
    assert "email" not in api_of(manager).get("leads").json()
    copied = api.post("roles", {"label": "Like a manager", "like": "manager"}).json()
    assert copied["fields"] == kept


def test_a_client_without_a_reader_has_the_public_description(blinkered):
    """The description of the API says what an installation can have, never what records hold."""
    assert Client().get("/api/v1/openapi.json").status_code == 200
