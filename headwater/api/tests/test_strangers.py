"""Nobody gets in through a side door.

Generated from the addresses and the dictionary: a new address is tried without a line here, and one
that is meant to be open to everybody who signs in must be named in ``OPEN``.
"""

import io
import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from headwater.api.tests.doors import (
    MARKER,
    SOUGHT,
    World,
    all_doors,
    body_of,
    build_world,
    marked_values,
    paths_of,
    place_of,
)
from headwater.api.tests.secrets import add_kinds
from headwater.customers.services import has_contacts
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.reports.catalog import report_types
from headwater.testing.factories import actor_of, make_record, make_token

pytestmark = pytest.mark.django_db

WITHOUT_SIGN_IN = {
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "mfa_login_webauthn",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "invitation",
    "first_run",
    "health",
    "openapi",
    "api_docs",
    "api_nowhere",
    "api-root",
}
OPEN = {
    # pages of one's own
    "home",
    "search",
    "imports",
    "reports",
    "new_report",
    "dashboards",
    "profile",
    "palette",
    "shortcuts",
    "theme",
    "notices",
    "bell",
    "notices_panel",
    "notice_reading",
    "notice_settings",
    "list_notices",
    "mark_notices",
    "get_notice_settings",
    "update_notice_settings",
    "demo",
    "settings",
    "tokens",
    "mfa_index",
    "end_other_sessions",
    "second_factor",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",  # lead to saying again who one is; then see test_second_factor
    "mfa_remove_webauthn",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_change_password",
    # what everybody who signs in may know
    "read_me",
    "list_tokens",
    "create_token",
    "list_objects",
    "list_report_types",
    "list_reports",
    "list_views",
    "list_dashboards",
    "list_imports",
    "list_choice_lists",
    "list_rates",
    "list_options",
    "get_option",
    "list_users",
    "get_user",
    "list_teams",
    "get_team",
    "list_references",
    "describe_reference",
    "get_reference",
}
"""Addresses that answer everybody who signs in; they are held to the marker all the same."""


@pytest.fixture
def world(seller_north) -> World:
    return build_world(seller_north)


@pytest.fixture
def outsider(make_user, south):
    """Has every right of a manager, in the other team."""
    return make_user("outsider", role="manager", team=south)


DOORS = [door for door in all_doors() if door.name not in WITHOUT_SIGN_IN]


def client_at(door, user) -> Client:
    if door.is_api:
        headers = {"Authorization": f"Bearer {make_token(user)}"}
        return Client(raise_request_exception=False, headers=headers)
    client = Client(raise_request_exception=False)
    client.force_login(type(user).objects.get(pk=user.pk))  # one of the doors ends the earlier sessions
    return client


def answers(world, door, client):
    """Yield (method, path, response) of every way to knock at a door."""
    body = body_of(door)
    for path in paths_of(world, door.route):
        for method in door.methods:
            data = json.dumps(body) if door.is_api and method in ("POST", "PATCH", "PUT") else ""
            form = "application/json" if door.is_api else "application/x-www-form-urlencoded"
            yield method, path, client.generic(method, path, data, content_type=form)


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return (content.decode(errors="replace") + repr(dict(response.headers))).lower()


def words_in(response, world) -> list[str]:
    """Return the words of the owner's that an answer gives."""
    text = text_of(response)
    return [word for word in world.words if word in text]


@pytest.mark.attack(1)
def test_nobody_gets_in_without_signing_in(world):
    problems = []
    for door in DOORS:
        for method, path, response in answers(world, door, Client()):
            if door.is_api:
                refused = response.status_code == 401
            else:
                refused = response.status_code == 302 and response.headers["Location"].startswith(
                    "/accounts/login/"
                )
            if not refused:
                problems.append((method, path, response.status_code))
    assert not problems


def is_hidden(door) -> bool:
    place = place_of(door.route)
    return place is not None and place.hidden


def problems_at(world, door, client, expected):
    """Yield what is wrong with the answers at a door."""
    for method, path, response in answers(world, door, client):
        if response.status_code not in expected:
            yield method, path, response.status_code
        for word in words_in(response, world):
            yield method, path, f"holds {word}"


@pytest.mark.attack(1)
def test_who_has_no_right_reaches_nothing(world, stranger):
    add_kinds(world)
    problems = []
    for door in DOORS:
        expected = {403, 404, 405}
        if is_hidden(door):
            expected = {404, 405}
        elif door.name in OPEN:
            expected = {200, 302, 403, 404, 405, 422}
        elif door.name == "create_import":
            expected = {415}  # see test_an_import_needs_the_right
        client = client_at(door, stranger)
        before = world.states()
        problems += problems_at(world, door, client, expected)
        if is_hidden(door) and world.states() != before:
            problems.append((door.route, "changed something"))
    assert not problems


@pytest.mark.attack(1, 5)
def test_who_has_rights_elsewhere_reaches_nothing_hidden(world, outsider):
    add_kinds(world)
    problems = []
    for door in DOORS:
        expected = {404, 405} if is_hidden(door) else {*range(200, 500)}
        client = client_at(door, outsider)
        before = world.states()
        problems += problems_at(world, door, client, expected)
        if is_hidden(door) and world.states() != before:
            problems.append((door.route, "changed something"))
    assert not problems


ODD = {
    "filter": "{",
    "sort": "sauce",
    "after": "\x00",
    "limit": "x",
    "q": "\x00%",
    "fields": "a.b",
    "columns": "x",
    "page": "-1",
}


def test_no_door_breaks(world, administrator):
    """Whoever may do everything can send nonsense everywhere without an error of ours."""
    problems = []
    for door in DOORS:
        with transaction.atomic():
            client = client_at(door, administrator)
            for path in paths_of(world, door.route):
                for method in door.methods:
                    response = client.generic(method, path, "", query_params=ODD)
                    if response.status_code >= 500:
                        problems.append((method, path, response.status_code))
            transaction.set_rollback(True)
    assert not problems


def test_an_import_needs_the_right(api_of, stranger):
    file = io.BytesIO(b"First name\nAnna\n")
    file.name = "a.csv"
    assert api_of(stranger).upload("imports", {"object": "contact", "file": file}).status_code == 403


def test_every_open_address_exists():
    names = {door.name for door in all_doors()}
    assert names >= OPEN | WITHOUT_SIGN_IN


@pytest.fixture
def linked(world, administrator, outsider):
    """Records of the outsider's own that point at hidden ones wherever they can."""
    return {
        entry.name: make_record(
            administrator,
            entry.name,
            owner=outsider.pk,
            **{
                f.key: world.records[f.target].pk
                for f in entry.editable_fields()
                if f.target in world.records
            },
        )
        for entry in registry.objects()
    }


def test_links_to_hidden_records_do_not_tell_their_names(api_of, client_of, outsider, linked):
    api, browser = api_of(outsider), client_of(outsider)
    for name, record in linked.items():
        entry = registry.get(name)
        own = f"{entry.slug}/{record.pk}"
        hops = [f"{f.key}.name" for f in entry.fields.values() if f.is_traversable]
        seen = [
            api.get(own),
            api.get(own, fields=",".join(["name", *hops])),
            api.get(f"{own}/timeline"),
            *([api.get(f"{own}/contacts")] if has_contacts(name) else []),
            api.get(entry.slug, fields=",".join(["name", *hops])),
            browser.get(f"/{own}/"),
            browser.get(f"/{entry.slug}/", {"columns": ",".join(entry.fields)}),
            *(browser.get(f"/{own}/sections/{section.key}/") for section in entry.sections),
        ]
        for response in seen:
            assert response.status_code == 200, (name, response)
            assert MARKER not in text_of(response), (name, response.request["PATH_INFO"])


def text_filters(entry):
    for field in entry.fields.values():
        if "contains" in field.operators:
            yield {"field": field.key, "op": "contains", "value": SOUGHT}
        if field.is_traversable:
            yield {"field": f"{field.key}.name", "op": "contains", "value": SOUGHT}


@pytest.mark.attack(1, 4)
def test_no_search_or_filter_finds_hidden_records(api_of, client_of, outsider, world, linked):
    api, browser = api_of(outsider), client_of(outsider)
    for name, own in linked.items():
        entry = registry.get(name)
        assert not find_records(actor_of(outsider), name, search=SOUGHT).exists()
        assert api.get(entry.slug, q=SOUGHT).json()["items"] == []
        assert browser.get(f"/lookup/{name}/", {"q": SOUGHT}).json() == {"options": []}
        for leaf in text_filters(entry):
            found = api.get(entry.slug, filter=leaf, count="exact").json()
            assert (found["items"], found["count"]["value"]) == ([], 0), leaf
            page = browser.get(f"/{entry.slug}/", {"filter": json.dumps(leaf)})
            assert page.status_code == 200
            assert MARKER not in text_of(page)
        for sort in ("name", "-name", "owner", "-created_at"):
            assert [item["id"] for item in api.get(entry.slug, sort=sort).json()["items"]] == [own.pk]
    page = browser.get("/search/", {"q": SOUGHT})
    assert MARKER not in text_of(page)
    assert MARKER not in text_of(browser.get("/search/", {"q": SOUGHT}, headers={"HX-Request": "true"}))


@pytest.mark.attack(4)
def test_no_report_counts_or_names_hidden_records(api_of, outsider, world, linked):
    api = api_of(outsider)
    for found in report_types(actor_of(outsider)):
        count = next(measure.ref for measure in found.measures if measure.ref.endswith(".count"))
        for dimension in found.dimensions:
            row: dict[str, Any] = {"id": "d1", "field": dimension.key}
            if dimension.grains:
                row["grain"] = dimension.grains[0][0]
            definition = {
                "v": 1,
                "root": found.entry.name,
                "measures": [{"id": "m1", "ref": count}],
                "rows": [row],
                "totals": ["grand"],
            }
            answer = api.post("reports/run", definition)
            assert answer.status_code == 200, (dimension.key, answer.content)
            assert MARKER not in text_of(answer), dimension.key
            assert answer.json()["totals"]["grand"]["m1"]["value"] == 1, dimension.key
        drilled = api.post("reports/drill", {"definition": definition, "cell": {}})
        assert [item["id"] for item in drilled.json()["items"]] == [linked[found.entry.name].pk]
        assert MARKER not in text_of(drilled)


@pytest.mark.attack(1)
@pytest.mark.parametrize("name", sorted(entry.name for entry in registry.objects()))
def test_no_import_matches_hidden_records(api_of, outsider, world, name):
    entry = registry.get(name)
    external = marked_values(entry)["external_id"]
    before = world.states()[:5]
    file = io.BytesIO(f"External id,Labels\n{external},\n".encode())
    file.name = "match.csv"
    form = {"object": name, "file": file, "mode": "update", "match": '["external_id"]', "dry_run": "true"}
    started = api_of(outsider).upload("imports", form)
    assert started.status_code == 202, started.content
    run_until_idle()
    done = api_of(outsider).get(f"imports/{started.json()['id']}")
    assert done.json()["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "failed": 1}
    assert MARKER not in re.sub(re.escape(external), "", done.content.decode(), flags=re.IGNORECASE).lower()
    assert world.states()[:5] == before


@pytest.mark.attack(6)
def test_nothing_can_be_linked_to_what_one_cannot_see(api_of, outsider, world):
    api = api_of(outsider)
    for entry in registry.objects():
        for field in entry.editable_fields():
            if field.target not in world.records:
                continue
            answer = api.post(entry.slug, {field.key: world.records[field.target].pk})
            assert answer.status_code == 422
            assert (field.key, "not_found") in [(e["field"], e["code"]) for e in answer.json()["errors"]]
    own = make_record(outsider, "lead")
    contact, address = world.records["contact"].pk, world.records["address"].pk
    assert api.post(f"leads/{own.pk}/contacts", {"contact": contact}).status_code == 404
    assert api.post(f"leads/{own.pk}/addresses", {"address": address}).status_code == 404


@pytest.mark.attack(17)
def test_deleted_records_are_as_hidden(api_of, administrator, outsider, linked, client_of):
    for name, record in linked.items():
        slug = registry.get(name).slug
        assert api_of(administrator).delete(f"{slug}/{record.pk}").status_code == 204
        for path in ("", "/timeline", "/contacts", "/addresses"):
            assert api_of(outsider).get(f"{slug}/{record.pk}{path}").status_code == 404
        assert client_of(outsider).get(f"/{slug}/{record.pk}/").status_code == 404
        assert api_of(outsider).get(slug).json()["items"] == []
