"""docs/howto/flats.md, tried: flats in a new building, reserved and sold, with fields of one's own.

Everything is set up and asked through the API, as the page says. What the page says is lacking is
lacking here too.
"""

from datetime import timedelta
from typing import Any

import pytest

from headwater.lib import clock

pytestmark = pytest.mark.django_db

RESERVED = {"all": [{"field": "cf_state", "op": "in", "value": ["reserved"]}]}
TAKEN = {"all": [{"field": "cf_state", "op": "in", "value": ["reserved", "sold"]}]}
FIELDS: tuple[dict[str, Any], ...] = (
    {"label": "Flat", "kind": "text", "is_required": True, "is_unique": True, "is_indexed": True},
    {"label": "Building", "kind": "choice", "options": ["House A", "House B"], "is_required": True},
    {"label": "Floor", "kind": "integer"},
    {"label": "Rooms", "kind": "integer"},
    {"label": "Area", "kind": "decimal", "help": "Square metres"},
    {"label": "Price per m2", "kind": "computed", "formula": "amount / cf_area", "decimal_places": 2},
    {"label": "State", "kind": "choice", "options": ["Free", "Reserved", "Sold"]},
    {"label": "Reserved from", "kind": "date", "visible_when": RESERVED},
    {"label": "Reserved until", "kind": "date", "visible_when": RESERVED, "required_when": RESERVED},
    {
        "label": "Buyer",
        "kind": "relation",
        "target": "customer",
        "visible_when": TAKEN,
        "required_when": TAKEN,
    },
)
FLATS = (  # number, building, floor, rooms, area, price
    ("A-11", "house_a", 1, 2, "50.00", 100_000),
    ("A-12", "house_a", 1, 3, "75.00", 150_000),
    ("A-31", "house_a", 3, 3, "80.00", 200_000),
    ("B-41", "house_b", 4, 4, "100.00", 300_000),
)


def day(days: int) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


@pytest.fixture
def boss(api_of, administrator):
    """The administrator's program, after it has set everything up."""
    api = api_of(administrator)
    for given in FIELDS:
        made = api.post("custom-fields", {"object": "opportunity", "section": "The flat", **given})
        assert made.status_code == 201, made.content
    return api


@pytest.fixture
def flats(boss) -> dict[str, int]:
    """Every flat is an opportunity with the house itself, until somebody wants it."""
    house = boss.post("customers", {"name": "New Harbour, for sale"}).json()["id"]
    found = {}
    for number, building, floor, rooms, area, price in FLATS:
        custom = {
            "cf_flat": number,
            "cf_building": building,
            "cf_floor": floor,
            "cf_rooms": rooms,
            "cf_area": area,
            "cf_state": "free",
        }
        given = {"title": f"Flat {number}", "customer": house, "amount": price, "currency": "EUR"}
        made = boss.post("opportunities", given | {"custom": custom})
        assert made.status_code == 201, made.content
        found[number] = made.json()["id"]
    return found


@pytest.fixture
def buyer(boss) -> int:
    return int(boss.post("customers", {"name": "Anna Berga"}).json()["id"])


def reserve(api: Any, pk: int, buyer: int, until: str) -> Any:
    custom = {
        "cf_state": "reserved",
        "cf_reserved_from": day(0),
        "cf_reserved_until": until,
        "cf_buyer": buyer,
    }
    return api.patch(f"opportunities/{pk}", {"custom": custom})


def found(api: Any, tree: dict[str, Any], **more: Any) -> list[str]:
    items = api.get("opportunities", filter=tree, fields="name,cf_flat", **more).json()["items"]
    return [item["custom"]["cf_flat"] for item in items]


def test_which_flats_are_free_is_a_filter(boss, flats, buyer):
    wanted = {
        "all": [
            {"field": "cf_state", "op": "in", "value": ["free"]},
            {"field": "cf_rooms", "op": "ge", "value": 3},
            {"field": "amount", "op": "le", "value": 250_000},
        ]
    }
    assert found(boss, wanted, sort="cf_area") == ["A-12", "A-31"]
    assert reserve(boss, flats["A-12"], buyer, day(14)).status_code == 200
    assert found(boss, wanted) == ["A-31"]
    flat = boss.get(f"opportunities/{flats['A-31']}").json()["custom"]
    assert float(flat["cf_price_per_m2"]) == 2500.0


def test_a_flat_is_there_once_and_a_reservation_says_until_when_and_for_whom(boss, flats, buyer):
    again = {"title": "Twice", "customer": buyer, "custom": {"cf_flat": "a-11", "cf_building": "house_a"}}
    refused = boss.post("opportunities", again)
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [("cf_flat", "taken")]
    bare = boss.patch(f"opportunities/{flats['A-11']}", {"custom": {"cf_state": "reserved"}})
    assert bare.status_code == 422
    assert {error["field"] for error in bare.json()["errors"]} == {"cf_reserved_until", "cf_buyer"}


def test_which_reservations_run_out_and_what_is_left_are_a_view_and_a_report(boss, flats, buyer):
    reserve(boss, flats["A-11"], buyer, day(2))
    reserve(boss, flats["B-41"], buyer, day(30))
    soon = {"all": [RESERVED, {"field": "cf_reserved_until", "op": "before", "value": day(7)}]}
    assert found(boss, soon) == ["A-11"]
    settings = {"filter": soon, "columns": ["name", "cf_building", "cf_buyer", "cf_reserved_until"]}
    view = {"object": "opportunity", "name": "Reservations that run out", "settings": settings}
    assert boss.post("views", view).status_code == 201
    left = {
        "v": 1,
        "root": "opportunity",
        "measures": [{"id": "m1", "ref": "opportunity.count"}, {"id": "m2", "ref": "opportunity.amount.sum"}],
        "rows": [{"id": "d1", "field": "cf_building"}],
        "columns": [{"id": "d2", "field": "cf_state"}],
        "totals": ["grand"],
    }
    run = boss.post("reports/run", left)
    assert run.status_code == 200, run.content
    assert run.json()["totals"]["grand"]["m1"]["value"] == 4
    cell = {"row": {"d1": "house_a"}, "column": {"d2": "free"}, "measure": "m1"}
    behind = boss.post("reports/drill", {"definition": left, "cell": cell}).json()["items"]
    assert {item["id"] for item in behind} == {flats["A-12"], flats["A-31"]}
    per_floor = {"measures": [{"id": "m1", "ref": "opportunity.cf_price_per_m2.avg"}]}
    per_floor |= {"rows": [{"id": "d1", "field": "cf_floor"}], "columns": []}
    rows = boss.post("reports/run", left | per_floor).json()["rows"]
    assert sorted(float(row["cells"]["m1"]["value"]) for row in rows) == [2000, 2500, 3000]
    # How it was when nothing was reserved yet is asked of the past.
    first = boss.get(f"opportunities/{flats['B-41']}").json()["created_at"]
    before = boss.post("reports/run", left | {"as_of": first})
    assert before.status_code == 200, before.content


def test_what_the_page_says_is_lacking_is_lacking(boss, flats, buyer):
    """A second reservation takes the place of the first: nothing knows that they overlap."""
    other = boss.post("customers", {"name": "Bert Cirulis"}).json()["id"]
    reserve(boss, flats["A-11"], buyer, day(14))
    assert reserve(boss, flats["A-11"], other, day(7)).status_code == 200
    flat = boss.get(f"opportunities/{flats['A-11']}").json()["custom"]
    assert (flat["cf_buyer"], flat["cf_reserved_until"]) == (other, day(7))
    # The date passes and the flat stays reserved until somebody, or a program, sets it free.
    reserve(boss, flats["A-12"], buyer, day(-1))
    over = {"all": [RESERVED, {"field": "cf_reserved_until", "op": "before", "value": day(0)}]}
    assert found(boss, over) == ["A-12"]
    assert boss.post("custom-objects", {"name": "Flat"}).status_code == 404
