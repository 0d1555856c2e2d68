"""A field that a role does not have is nowhere for its people.

The stranger test for fields: a reader with every right on every record, from whom each field is kept
that can be, looks through every door for a word that stands in those fields only.
"""

import io
import json

import pytest
from django.db import transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from headwater.access.models import ANY_OBJECT, Action, FieldAccess, RoleRight
from headwater.activities.following import follow
from headwater.activities.notices.preferences import set_preferences
from headwater.api.tests.doors import MARKER, SOUGHT, all_doors, build_world, marked_values
from headwater.api.tests.secrets import NAME, add_kinds, change_all, made
from headwater.api.tests.test_strangers import DOORS, answers, client_at, text_of, words_in
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
from headwater.users.models import OutgoingMail, Role

pytestmark = pytest.mark.django_db

IN_THE_NAME = {
    "first_name",
    "middle_name",
    "last_name",
    "organization_name",
    "name",
    "title",
    "line1",
    "city",
}
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
def kinds(world):
    """Leads have a field of every kind; ask for it before ``blinkered``, from whom they are kept then."""
    add_kinds(world)
    return world


@pytest.fixture
def world(seller_north):
    made = build_world(seller_north, kept_values, said="Hello")
    for name, record in made.records.items():
        title = getattr(record, registry.get(name).title_key)
        assert MARKER not in title.lower(), name
        assert any(MARKER in str(value).lower() for value in vars(record).values()), name
    return made


@pytest.mark.attack(2)
def test_every_door_keeps_hidden_fields_back(kinds, blinkered):
    problems = []
    for door in DOORS:
        client = client_at(door, blinkered)
        with transaction.atomic():
            for method, path, response in answers(kinds, door, client):
                if response.status_code >= 500:
                    problems.append((method, path, response.status_code))
                problems += [(method, path, word) for word in told(kinds, response)]
            transaction.set_rollback(True)
    assert not problems
    assert len(all_doors()) > 100


def told(world, response):
    """Return what an answer tells of hidden fields: what they hold, or that they exist."""
    return [*words_in(response, world), *([NAME] if NAME in text_of(response) else [])]


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
    assert MARKER not in str(vars(registry.get("contact").unscoped.get(pk=made.json()["id"]))).lower()


COUNT = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}


def own_keys():
    return [field.key for field in made()]


@pytest.mark.attack(2)
def test_no_kind_of_field_can_be_asked_about(kinds, blinkered, api_of, client_of):
    api, browser = api_of(blinkered), client_of(blinkered)
    assert len(own_keys()) >= 18
    for field in made():
        key, kind = field.key, field.kind
        leaf = {"field": key, "op": next(iter(kind.operators)), "value": "x"}
        for query in ({"filter": leaf}, {"sort": key}, {"fields": key}):
            assert api.get("leads", **query).status_code == 422, (key, query)
        assert api.get("leads/groups", by=key).status_code == 422, key
        assert api.get("leads/groups", by="status", totals=f"{key}:count").status_code == 422, key
        rows, measures = [{"id": "d1", "field": key}], [{"id": "m1", "ref": f"lead.{key}.sum"}]
        for wrong in ({"rows": rows}, {"measures": measures}, {"where": leaf}):
            assert api.post("reports/run", COUNT | wrong).status_code == 422, (key, wrong)
        written = api.patch(f"leads/{kinds.records['lead'].pk}", {"custom": {key: None}})
        assert written.status_code == 422, key
        state = {"columns": f"name,{key}", "sort": key, "group": key, "totals": f"{key}:sum"}
        assert not words_in(browser.get("/leads/", state | {"filter": json.dumps(leaf)}), kinds), key


@pytest.mark.attack(2)
def test_what_fields_of_any_kind_hold_finds_nothing(kinds, blinkered, api_of, client_of, manager):
    found = [word for word in kinds.words if api_of(manager).get("leads", q=word).json()["items"]]
    assert len(found) >= 4  # texts, addresses of mail and web, numbers of phones
    for word in kinds.words:
        assert api_of(blinkered).get("leads", q=word).json()["items"] == [], word
        page = client_of(blinkered).get("/palette/", {"q": word}).content.decode()
        assert "/leads/" not in page, word


@pytest.mark.attack(2)
def test_lists_of_options_go_with_their_field(kinds, blinkered, api_of, manager):
    slugs = [f"lead-{key.replace('_', '-')}" for key in own_keys() if "choice" in key]
    assert len(slugs) == 2
    for slug in slugs:
        assert NAME in text_of(api_of(manager).get(slug))
        assert api_of(blinkered).get(slug).status_code == 404


@pytest.mark.attack(2)
def test_reports_and_files_leave_hidden_fields_out(kinds, blinkered, api_of, client_of):
    api, browser, pk = api_of(blinkered), client_of(blinkered), kinds.records["lead"].pk
    for answer in (
        api.post("reports/run", COUNT),
        api.post("reports/drill", {"definition": COUNT, "cell": {"measure": "m1"}}),
        api.post("reports/explain", {"definition": COUNT, "cell": {"measure": "m1"}}),
        api.get("report-types"),
        browser.get("/reports/explanation/", {"type": "lead", "definition": json.dumps(COUNT)}),
        browser.get("/reports/new/", {"type": "lead", "definition": json.dumps(COUNT)}),
    ):
        assert answer.status_code == 200
        assert not told(kinds, answer)
    for what in ("records", "figures"):
        for form in ("csv", "xlsx"):
            query = {"type": "lead", "definition": json.dumps(COUNT), "what": what, "format": form}
            answer = browser.get("/reports/export/", query)
            assert answer.status_code == 200
            if form == "csv":
                assert not told(kinds, answer)
                continue
            book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
            cells = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names]).lower()
            assert NAME not in cells
            assert MARKER not in cells
            assert "734011" not in cells
    named = COUNT | {"table": {"columns": ["name", *own_keys()]}}
    query = {"type": "lead", "definition": json.dumps(named), "what": "records", "format": "csv"}
    assert not words_in(browser.get("/reports/export/", query), kinds)
    assert not told(kinds, browser.get(f"/leads/{pk}/viewers/"))


@pytest.mark.attack(2)
def test_neither_history_nor_notices_tell_of_hidden_fields(kinds, blinkered, api_of, client_of, manager):
    lead = kinds.records["lead"]
    for user in (blinkered, manager):
        set_preferences(actor_of(user), ways={"changed": {"in_app": True, "mail": "now"}})
        follow(actor_of(user), "lead", lead.pk)
    change_all(kinds)
    run_until_idle()
    past = f"leads/{lead.pk}/timeline"
    assert told(kinds, api_of(manager).get(past))
    api, browser = api_of(blinkered), client_of(blinkered)
    assert api.get("notices").json()["items"]
    for answer in (
        api.get("notices"),
        api.get(past),
        browser.get("/notices/"),
        browser.get(f"/leads/{lead.pk}/"),
    ):
        assert answer.status_code == 200
        assert not told(kinds, answer), answer.request["PATH_INFO"]
    mails = [str(vars(mail)).lower() for mail in OutgoingMail.objects.filter(user=blinkered)]
    assert not [mail for mail in mails if NAME in mail or any(word in mail for word in kinds.words)]


@pytest.mark.attack(2, 63)
def test_an_erasure_takes_hidden_texts_too_and_does_not_name_them(kinds, blinkered, api_of, client_of):
    api, lead = api_of(blinkered), kinds.records["lead"]
    refused = api.post(f"leads/{lead.pk}/erasures", {"keep": [f"cf_{NAME}_text"]})
    assert refused.status_code == 422
    rehearsed = api.post(f"leads/{lead.pk}/erasures", {}).json()
    run_until_idle()
    said = api.get(f"erasures/{rehearsed['id']}")
    assert "that you do not have" in said.content.decode()
    page = client_of(blinkered).get(f"/erasures/{rehearsed['id']}/")
    assert page.status_code == 200
    assert not told(kinds, said)
    assert not told(kinds, page)
    typed = {"typed": str(lead.pk)}
    assert api.post(f"erasures/{rehearsed['id']}/confirmation", typed).status_code == 202
    run_until_idle()
    lead.refresh_from_db()
    assert f"cf_{NAME}_text" not in lead.custom
    assert f"cf_{NAME}_integer" in lead.custom


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
