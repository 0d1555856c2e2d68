"""Who holds a share has exactly the shared records, at every door that gives or counts records.

Shares are drawn by hypothesis. What a reader has is worked out by hand: what she owns, and what is
shared with her, her team, a team above it or her role; an address also with a record that uses it.
Every record says who it is by a mark in its name, so that any answer can be read for what it gives.
"""

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from headwater.access.models import ANY_OBJECT, Action, Grant, Holding, RoleRight
from headwater.api.tests.test_strangers import text_of
from headwater.customers import services as customers
from headwater.lib import clock
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.saved.services import save_view
from headwater.records.sharing import share_record
from headwater.reports import explain as explaining
from headwater.reports.catalog import report_types
from headwater.reports.definition import parse_definition
from headwater.reports.drill import locate
from headwater.testing.factories import actor_of, make_record
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db

EACH = 4
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
NAMED_BY = {"lead": "last_name", "customer": "name", "contact": "last_name", "address": "line1"}
MARK = re.compile(r"zq(lead|customer|contact|address|opportunity)(\d)z")
Marks = set[tuple[str, int]]


@dataclass
class World:
    """Four records of each object, by object and place. The first of each are the reader's own."""

    reader: User
    records: dict[str, list[Record]]

    def numbers(self, name: str, had: Marks) -> set[int]:
        return {record.pk for n, record in enumerate(self.records[name]) if (name, n) in had}


@pytest.fixture
def world(administrator, seller_north, seller_south) -> World:
    records: dict[str, list[Record]] = {}
    for name in ("customer", "contact", "address", "lead", "opportunity"):
        key = NAMED_BY.get(name, "title")
        links = [f for f in registry.get(name).editable_fields() if f.target in records]
        records[name] = [
            make_record(
                administrator,
                name,
                **{key: f"zq{name}{n}z"},
                # Every record points at one of another place, so that own ones lead to those of others.
                **{f.key: records[str(f.target)][(n + 1) % EACH].pk for f in links},
                **({"value": 10**n, "currency": "EUR"} if name == "lead" else {}),
                owner=seller_south.pk if n == 0 else seller_north.pk,
            )
            for n in range(EACH)
        ]
    for lead, address in zip(records["lead"], records["address"], strict=True):
        customers.link_address(SYSTEM, "lead", lead.pk, address)
    return World(seller_south, records)


SHARES = st.lists(
    st.tuples(
        st.sampled_from(["lead", "opportunity", "customer", "contact", "address"]),
        st.integers(0, EACH - 1),
        st.sampled_from(["user", "team", "above", "role", "other user", "other team", "other role"]),
        st.sampled_from(["see", "edit"]),
    ),
    min_size=6,
    max_size=14,
    unique_by=lambda drawn: drawn[:3],
)


def lay_down(world: World, drawn: Any, administrator: User, other: User) -> Marks:
    """Store the drawn shares; return what the reader has, by object and place."""
    Grant.objects.all().delete()
    Holding.objects.all().delete()
    reader = world.reader
    assert reader.team is not None
    holders = {
        "user": ("user", reader.pk, True),
        "team": ("team", reader.team_id, True),
        "above": ("team", reader.team.parent_id, True),
        "role": ("role", reader.role_id, True),
        "other user": ("user", other.pk, False),
        "other team": ("team", other.team_id, False),
        "other role": ("role", administrator.role_id, False),
    }
    had: Marks = {(name, 0) for name in world.records}
    for name, n, holder, level in drawn:
        sort, number, is_hers = holders[holder]
        record = world.records[name][n]
        share_record(Actor(administrator), name, record.pk, sort=sort, number=number or 0, level=level)
        had |= {(name, n)} if is_hers else set()
    return had | {("address", n) for name, n in had if name == "lead"}


def marks_in(answer: Any) -> Marks:
    return {(name, int(n)) for name, n in MARK.findall(text_of(answer))}


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    drawn=SHARES,
    export=st.sampled_from(["own", "all"]),
    first=st.sampled_from(["lead", "opportunity"]),
    second=st.sampled_from(["customer", "contact", "address"]),
)
@pytest.mark.attack(1, 4)
def test_every_door_gives_what_is_shared_and_nothing_else(
    world, administrator, seller_north, api_of, client_of, drawn, export, first, second
):
    had = lay_down(world, drawn, administrator, seller_north)
    role = world.reader.role
    RoleRight.objects.filter(role=role).delete()
    for action in Action.values:
        scope = export if action == Action.EXPORT else "own"
        RoleRight.objects.create(role=role, object=ANY_OBJECT, action=action, scope=scope)
    api, browser = api_of(world.reader), client_of(world.reader)
    reported = {found.entry.name for found in report_types(actor_of(world.reader))}
    for name in (first, second):
        check_lists(world, api, browser, name, had)
        check_search(world, api, browser, name, had)
        check_records(world, api, browser, name, had)
        if name in reported:
            check_report(world, api, browser, name, had)
            check_files(browser, name, of(name, had) if export == "all" else {(name, 0)}, had)


def of(name: str, marks: Marks) -> Marks:
    return {mark for mark in marks if mark[0] == name}


def check_lists(world: World, api: Any, browser: Any, name: str, had: Marks) -> None:
    """Lists, pages of them, groups, totals, boards and saved views."""
    entry, wanted = registry.get(name), world.numbers(name, had)
    found: list[int] = []
    query: dict[str, Any] = {"limit": 2, "sort": "-created_at", "count": "exact"}
    while True:
        answer = api.get(entry.slug, **query).json()
        found += [item["id"] for item in answer["items"]]
        assert answer["count"]["value"] == len(wanted)
        if answer["next"] is None:
            break
        query["after"] = answer["next"]
    assert sorted(found) == sorted(wanted)
    by_owner = {
        record.owner_id: sum(other.pk in wanted and other.owner_id == record.owner_id for other in every)
        for every in [world.records[name]]
        for record in every
    }
    groups = api.get(f"{entry.slug}/groups", by="owner").json()["groups"]
    assert {group["key"]: group["count"] for group in groups} == {k: n for k, n in by_owner.items() if n}
    links = ",".join(["name", *(f.key for f in entry.fields.values() if f.target)])
    view = save_view(
        actor_of(world.reader), name, name=f"Mine {clock.now()}", settings={"sort": ["created_at"]}
    )
    parts = [{"group": "owner", "part": json.dumps(owner)} for owner, count in by_owner.items() if count]
    for states in (
        [{"columns": links}],
        parts,
        [{"view": view.pk}],
        [{"display": "board", "lanes": "status"}] if "status" in entry.fields else parts,
    ):
        seen = set().union(*(marks_in(browser.get(f"/{entry.slug}/", state)) for state in states))
        assert of(name, seen) == of(name, had), states
        assert seen <= had, states
    through = api.get(entry.slug, fields=links.replace("owner", "owner.name")).content.decode()
    assert {(each, int(n)) for each, n in MARK.findall(through)} <= had
    if name == "lead":
        total = sum(10**n for _lead, n in of("lead", had))
        answer = api.get("leads/groups", by="status", totals="value:sum").json()
        assert answer["totals"] == {"value": [{"value": total, "currency": "EUR"}]}


def check_search(world: World, api: Any, browser: Any, name: str, had: Marks) -> None:
    """Words, pickers, the palette, and filters through links."""
    entry, wanted = registry.get(name), world.numbers(name, had)
    word = f"zq{name}"
    if entry.search_keys:
        assert {item["id"] for item in api.get(entry.slug, q=word).json()["items"]} == wanted
        for address in ("/palette/", "/search/", f"/lookup/{name}/"):
            seen = marks_in(browser.get(address, {"q": word}))
            assert of(name, seen) == of(name, had), address
            assert seen <= had, address
    for field in entry.fields.values():
        if field.target not in world.records:
            continue
        leaf = {"field": f"{field.key}.name", "op": "contains", "value": f"zq{field.target}"}
        found = {item["id"] for item in api.get(entry.slug, filter=leaf).json()["items"]}
        # What a link leads to is there for her only where she has it.
        has = {
            record.pk
            for record in world.records[name]
            if record.pk in wanted
            and getattr(record, field.id_attname) in world.numbers(str(field.target), had)
        }
        assert found == has, leaf


def check_records(world: World, api: Any, browser: Any, name: str, had: Marks) -> None:
    """Single records, and the records that hang on their pages."""
    entry = registry.get(name)
    for n, record in enumerate(world.records[name]):
        status = 200 if (name, n) in had else 404
        assert api.get(f"{entry.slug}/{record.pk}").status_code == status
        page = browser.get(f"/{entry.slug}/{record.pk}/")
        assert page.status_code == status
        assert marks_in(page) <= had
        if status == 404:
            continue
        for collection in entry.collections.values():
            every = world.records.get(collection.target, [])
            model: Any = registry.get(collection.target).model
            related = set(model.unscoped.filter(**{collection.via: record.pk}).values_list("pk", flat=True))
            known = {(collection.target, place) for place, other in enumerate(every) if other.pk in related}
            assert known & had <= marks_in(page), (name, n, collection.key)


def question(name: str) -> dict[str, Any]:
    return {
        "v": 1,
        "root": name,
        "measures": [{"id": "m1", "ref": f"{name}.count"}],
        "rows": [{"id": "d1", "field": "owner"}],
        "totals": ["grand"],
    }


def check_report(world: World, api: Any, browser: Any, name: str, had: Marks) -> None:
    """Numbers, the records behind each, as of now and of an instant, and what explains them."""
    wanted, every = world.numbers(name, had), world.records[name]
    for definition in (question(name), question(name) | {"as_of": clock.now().isoformat()}):
        answer = api.post("reports/run", definition).json()
        assert answer["totals"]["grand"]["m1"]["value"] == len(wanted)
        for owner in {record.owner_id for record in every}:
            behind = {record.pk for record in every if record.pk in wanted and record.owner_id == owner}
            asked = {"definition": definition, "cell": {"row": {"d1": owner}, "measure": "m1"}}
            drilled = api.post("reports/drill", asked).json()
            assert {item["id"] for item in drilled["items"]} == behind
            assert drilled["count"]["value"] == len(behind)
            told = api.post("reports/explain", asked).json()
            assert told["cell"]["value"] == len(behind)
            if "as_of" not in definition:
                with unit_of_work():
                    found = find_records(Actor(world.reader), name, told["filter"])
                    assert {record.pk for record in found} == behind
                assert counted_by_statement(world.reader, definition, asked["cell"]) == [len(behind)]
        query = {"type": name, "definition": json.dumps(definition)}
        page = browser.get("/reports/records/", query, headers=PARTIAL)
        assert of(name, marks_in(page)) == of(name, had)
        assert marks_in(page) <= had


def counted_by_statement(reader: User, definition: dict[str, Any], cell: dict[str, Any]) -> list[int]:
    """Run the statements that explain a number, as an administrator would, and return what they count."""
    with unit_of_work(), connection.cursor() as cursor:
        plan, coordinates = locate(Actor(reader), parse_definition(definition), cell)
        _cell, asked = explaining._counted(plan, coordinates)
        counts = []
        for statement in asked:
            cursor.execute(statement.sql, statement.params)
            counts.append(cursor.fetchall()[0][0])
        return counts


def check_files(browser: Any, name: str, taken: Marks, had: Marks) -> None:
    """Files: only a role that may take away all records may take shared ones away."""
    query = {"type": name, "definition": json.dumps(question(name))}
    text = browser.get("/reports/export/", query | {"what": "records", "format": "csv"})
    assert text.status_code == 200
    assert of(name, marks_in(text)) == taken
    book = browser.get("/reports/export/", query | {"what": "records", "format": "xlsx"})
    cells = json.dumps(sheet_of(book), default=str).lower()
    marks = {(each, int(n)) for each, n in MARK.findall(cells)}
    assert of(name, marks) == taken
    assert marks <= had
    figures = sheet_of(browser.get("/reports/export/", query | {"what": "figures", "format": "xlsx"}))
    assert figures[-1][-1] == len(of(name, had))  # the total


def sheet_of(answer: Any) -> list[list[Any]]:
    content = io.BytesIO(b"".join(answer.streaming_content))
    return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
