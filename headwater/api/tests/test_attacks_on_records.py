"""What a person may not have she cannot count, link, reach through her own records, or write by the way."""

import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from headwater.api.tests.doors import SOUGHT, World, build_world
from headwater.customers.services import link_address, link_contact
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.models import Record
from headwater.reports.dashboards import Placed, create_dashboard
from headwater.reports.services import save_report
from headwater.testing.factories import MINIMAL, actor_of, make_record
from headwater.users.models import User

pytestmark = pytest.mark.django_db
NAMES = sorted(entry.name for entry in registry.objects())


@pytest.fixture
def outsider(make_user, south) -> User:
    """Has every right of a manager, in the other team."""
    return make_user("outsider", role="manager", team=south)


@pytest.fixture
def own(outsider) -> dict[str, Record]:
    """A record of every object that is the outsider's."""
    made: dict[str, Record] = {}
    for name in ("customer", "contact", "address", "lead", "opportunity"):
        made[name] = make_record(outsider, name, owner=outsider.pk)
    assert set(made) == set(NAMES)
    return made


@pytest.fixture
def world(own, seller_north) -> World:
    return build_world(seller_north)


def count_question(name: str) -> dict[str, Any]:
    row = {"id": "d1", "field": "owner"}
    return {"v": 1, "root": name, "measures": [{"id": "m1", "ref": f"{name}.count"}], "rows": [row]}


def told(api: Any, browser: Client, own: dict[str, Record]) -> dict[str, Any]:
    """Return everything that says how many records there are."""
    pages = ["/", "/reports/", "/dashboards/", "/imports/"]
    found: dict[str, Any] = {}
    for entry in registry.objects():
        record = f"{entry.slug}/{own[entry.name].pk}"
        for path, query in (
            (entry.slug, {"count": "exact"}),
            (f"{entry.slug}/groups", {"by": "owner"}),
            (f"{record}/timeline", {}),
            (f"{record}/contacts", {}),
            (f"{record}/addresses", {}),
        ):
            found[f"{path} {query}"] = api.get(path, **query).content
        pages += [
            f"/{entry.slug}/",
            f"/{entry.slug}/?group=owner",
            f"/{record}/",
            f"/lookup/{entry.name}/?q=a",
        ]
    for found_type in api.get("report-types").json()["items"]:
        name = found_type["object"]
        run = api.post("reports/run", count_question(name) | {"totals": ["grand"]}).json()
        found[f"report {name}"] = [run["rows"], run["totals"]]
    for path in pages:
        page = browser.get(path)
        assert page.status_code == 200, path
        found[path] = re.sub(r'value="\w{64}"|"X-CSRFToken": ?"\w+"|csrf\w*="\w+"', "", page.content.decode())
    return found


@pytest.mark.attack(4)
def test_records_of_others_change_no_number_that_one_is_told(
    api_of, client_of, outsider, own, seller_north, administrator, time_machine
):
    time_machine.move_to("2026-11-20T10:00:00Z", tick=False)
    alone = told(api_of(outsider), client_of(outsider), own)
    for name in NAMES:
        for _number in range(3):
            make_record(seller_north, name)
    assert told(api_of(outsider), client_of(outsider), own) == alone
    assert told(api_of(administrator), client_of(administrator), own) != alone


def links(entry: ObjectType, world: World) -> dict[str, int]:
    return {f.key: world.records[f.target].pk for f in entry.editable_fields() if f.target in world.records}


def values(record: Record) -> dict[str, Any]:
    return dict(type(record).unscoped.filter(pk=record.pk).values().get())


@pytest.mark.attack(5, 6)
@pytest.mark.parametrize("name", NAMES)
def test_no_door_links_to_what_one_cannot_see(api_of, client_of, outsider, own, world, name):
    api, browser, entry, record = api_of(outsider), client_of(outsider), registry.get(name), own[name]
    before = values(record)
    for key, hidden in links(entry, world).items():
        patched = api.patch(f"{entry.slug}/{record.pk}", {key: hidden, "labels": []})
        assert [(e["field"], e["code"]) for e in patched.json()["errors"]] == [(key, "not_found")]
        browser.post(f"/{entry.slug}/{record.pk}/values/{key}/", {key: hidden})
        browser.post(f"/{entry.slug}/new/", {**MINIMAL[name](), key: hidden})
        form = {"record": record.pk, "field": key, key: hidden, "apply": "1"}
        browser.post(f"/{entry.slug}/bulk/", form)
        bulk = api.post(f"{entry.slug}/bulk", {"ids": [record.pk], "set": {key: hidden}})
        assert bulk.status_code == 422 or bulk.json()["counts"].get("updated", 0) == 0, (key, bulk.content)
        assert not type(record).unscoped.filter(owner=outsider, **{key: hidden}).exists()
    assert values(record) == before
    assert not HistoryEntry.objects.filter(object=name, record_id=record.pk)[1:].exists()


@pytest.mark.attack(6)
def test_no_import_links_to_what_one_cannot_see(api_of, outsider, own, world):
    hidden = world.records["customer"]
    rows = f"First name,Customer\nBerta,{hidden.pk}\nCarla,{hidden.name}\n"
    for mode in ("create", "upsert"):
        file = io.BytesIO(rows.encode())
        file.name = "links.csv"
        form = {"object": "lead", "file": file, "mode": mode, "match": '["external_id"]'}
        started = api_of(outsider).upload("imports", form)
        assert started.status_code in (202, 422), started.content
        run_until_idle()
    linked = type(own["lead"]).unscoped.filter(customer=hidden).exclude(pk=world.records["lead"].pk)
    assert not linked.exists()


@pytest.mark.attack(6)
def test_what_is_made_from_a_record_links_to_nothing_hidden(api_of, client_of, outsider, own, world):
    api, lead = api_of(outsider), own["lead"]
    hidden = {"contact": world.records["contact"].pk}
    assert api.post(f"leads/{lead.pk}/opportunity", hidden).status_code == 422
    form = {"title": "X", **{key: str(pk) for key, pk in hidden.items()}}
    client_of(outsider).post(f"/leads/{lead.pk}/make/opportunity/", form)
    found = type(own["opportunity"]).unscoped.filter(contact=world.records["contact"])
    assert set(found) <= {world.records["opportunity"]}
    person = {"contact": world.records["contact"].pk, "role": ""}
    client_of(outsider).post(f"/leads/{lead.pk}/people/", person)
    assert api.get(f"leads/{lead.pk}/contacts").json()["items"] == []


@pytest.mark.attack(6, 10)
def test_a_dashboard_shows_no_report_that_is_not_shared(api_of, outsider, world):
    api = api_of(outsider)
    tiles = [{"report": world.numbers["report"]}]
    refused = api.post("dashboards", {"name": "Mine", "tiles": tiles})
    assert refused.status_code in (404, 422)
    mine = api.post("dashboards", {"name": "Mine"}).json()
    assert api.patch(f"dashboards/{mine['id']}", {"tiles": tiles}).status_code in (404, 422)
    stolen = [{"id": world.numbers["tile"]}]
    assert api.patch(f"dashboards/{mine['id']}", {"tiles": stolen}).status_code in (404, 422)
    assert api.get(f"dashboards/{mine['id']}").json()["tiles"] == []


@pytest.mark.attack(7)
def test_a_part_is_reached_through_its_own_record_only(api_of, client_of, outsider, own, world):
    """Also where both records are hers: a number in an address must belong to what stands before it."""
    api, browser, lead, actor = api_of(outsider), client_of(outsider), own["lead"], actor_of(outsider)
    other = make_record(outsider, "lead", owner=outsider.pk)
    theirs = {
        "contacts": (world.numbers["person"], link_contact(actor, "lead", other.pk, own["contact"]).pk),
        "addresses": (world.numbers["place"], link_address(actor, "lead", other.pk, own["address"]).pk),
    }
    entries = HistoryEntry.objects.count()
    for part, numbers in theirs.items():
        for number in numbers:
            path = f"leads/{lead.pk}/{part}/{number}"
            assert api.patch(path, {"primary": True}).status_code == 404, path
            assert api.delete(path).status_code == 404, path
            folder = {"contacts": "people"}.get(part, part)
            for verb in ("primary", "removal"):
                page = f"/leads/{lead.pk}/{folder}/{number}/{verb}/"
                assert browser.post(page).status_code == 404, page
    comment = world.numbers["comment"]
    assert HistoryEntry.objects.count() == entries
    assert browser.post(f"/leads/{lead.pk}/comments/{comment}/deletion/").status_code == 404
    report = save_report(actor, name="Mine", definition=count_question("lead"))
    mine = create_dashboard(actor, "Mine", [Placed(report.pk)])
    assert browser.get(f"/dashboards/{mine.pk}/tiles/{world.numbers['tile']}/").status_code == 404
    forged = json.dumps([{"id": world.numbers["tile"], "width": 6, "height": 2}])
    browser.post(f"/dashboards/{mine.pk}/layout/", {"tiles": forged})
    assert {tile.report_id for tile in mine.tiles.all()} <= {report.pk}


def technical_names(entry: ObjectType) -> list[str]:
    """Return every column and attribute of the model that the dictionary does not let people write."""
    writable = {field.key for field in entry.editable_fields()}
    columns = {field.name for field in entry.model._meta.get_fields()}
    columns |= {field.attname for field in entry.model._meta.concrete_fields}
    more = {"pk", "id", "is_staff", "is_superuser", "role", "team", "tenant", "created_by", "_state", "save"}
    return sorted((columns | more) - writable)


@pytest.mark.attack(8)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_technical_is_written_by_naming_it(api_of, client_of, administrator, name):
    entry, record = registry.get(name), make_record(administrator, name)
    api, browser, before = api_of(administrator), client_of(administrator), values(record)
    for word in technical_names(entry):
        for given in (1, None):
            assert api.patch(f"{entry.slug}/{record.pk}", {word: given}).status_code == 422, (word, given)
        assert api.post(entry.slug, {**MINIMAL[name](), word: 1}).status_code == 422, word
        assert api.post(f"{entry.slug}/bulk", {"ids": [record.pk], "set": {word: 1}}).status_code == 422, word
        browser.post(f"/{entry.slug}/{record.pk}/values/{word}/", {word: "1"})
        browser.post(f"/{entry.slug}/bulk/", {"record": record.pk, "field": word, word: "1", "apply": "1"})
    assert values(record) == before
    named = {word: "1" for word in technical_names(entry) if word != "version"}
    browser.post(f"/{entry.slug}/new/", {**MINIMAL[name](), **named})
    for made in type(record).unscoped.exclude(pk=record.pk):
        assert made.deleted_at is None
        assert (made.created_by_id, made.version, made.origin) == (administrator.pk, 1, "ui")


RANK = {
    "role": "administrator",
    "role_id": "1",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "on",
    "team": "1",
    "email": "boss@example.com",
    "password": "another-long-password",
    "session_number": "99",
    "pk": "1",
    "id": "1",
    "user": "1",
}
"""What somebody adds to a form of her own to become more than she is."""


def rank(user: User) -> tuple[Any, ...]:
    found = User.objects.get(pk=user.pk)
    return (found.email, found.role.key, found.team_id, found.is_active, found.password, found.session_number)


@pytest.mark.attack(8)
def test_nobody_rises_by_adding_to_a_form_of_her_own(api_of, client_of, seller_north, administrator):
    browser, api, before = client_of(seller_north), api_of(seller_north), rank(seller_north)
    for path, form in (
        ("/settings/profile/", {"name": "Nora", "language": "", "calendar": "gregorian"}),
        ("/settings/theme/", {"theme": "dark"}),
        ("/settings/shortcuts/", {}),
        ("/settings/tokens/", {"name": "X", "scope": "read"}),
        ("/settings/users/new/", {"name": "X"}),
        (f"/settings/users/{seller_north.pk}/", {"name": "X"}),
        (f"/settings/users/{administrator.pk}/", {"name": "X"}),
        ("/first-run/", {"name": "X", "organization": "X", "currency": "EUR", "zone": "UTC"}),
    ):
        browser.post(path, {**form, **RANK})
    for path, body in (
        (
            "users",
            {"email": "x@example.com", "name": "X", "role": "administrator", "password": "long-enough-x"},
        ),
        ("invitations", {"email": "x@example.com", "role": "administrator"}),
        ("roles", {"label": "X", "like": "administrator"}),
    ):
        assert api.post(path, body).status_code == 403, path
    assert api.patch(f"users/{seller_north.pk}", {"role": "administrator"}).status_code == 403
    assert rank(seller_north) == before
    assert User.objects.filter(role__key="administrator").count() == 1
    assert api.get("me").json()["role"] != "administrator"


@pytest.mark.attack(5)
@pytest.mark.parametrize("name", NAMES)
def test_one_wrong_value_keeps_all_of_them_from_being_written(api_of, administrator, name):
    entry, record = registry.get(name), make_record(administrator, name)
    api, before = api_of(administrator), values(record)
    entries = HistoryEntry.objects.filter(object=name).count()
    count = type(record).unscoped.count()
    right = {"external_id": SOUGHT}
    for wrong in ({"owner": 10**9}, {"created_at": "never"}, {"sauce": 1}, {"labels": ["none"]}):
        assert api.patch(f"{entry.slug}/{record.pk}", right | wrong).status_code == 422, wrong
        assert api.post(entry.slug, MINIMAL[name]() | right | wrong).status_code == 422, wrong
        assert api.post(f"{entry.slug}/bulk", {"ids": [record.pk], "set": right | wrong}).status_code == 422
    assert values(record) == before
    assert type(record).unscoped.count() == count
    assert HistoryEntry.objects.filter(object=name).count() == entries
