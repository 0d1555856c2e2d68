"""Settings › Fields: administrators make fields, and everybody has them on the next request."""

import json
from typing import Any

import pytest
from django.test import Client

from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.custom.definitions import offered_kinds
from headwater.metadata.models import CustomField
from headwater.records.write import update_record
from headwater.testing.factories import make_contact, make_lead
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db


def make(client: Client, kind: str, label: str, **more: Any) -> Any:
    return client.post("/settings/fields/leads/new/", {"kind": kind, "label": label, **more})


def test_a_field_is_made_and_at_once_everywhere(
    client_of: Any, administrator: User, seller_north: User
) -> None:
    boss, seller = client_of(administrator), client_of(seller_north)
    assert "No fields of your own yet" in boss.get("/settings/fields/leads/").content.decode()
    assert make(boss, "text", "Shoe size", section="Feet").status_code == 302
    assert "Shoe size" in seller.get("/leads/new/").content.decode()
    made = seller.post(
        "/leads/new/", {"first_name": "Anna", "cf_shoe_size": "Forty-one", "is_organization": "false"}
    )
    assert made.status_code == 302, made.content.decode()
    page = seller.get(made.url).content.decode()
    assert "Feet" in page
    assert "Forty-one" in page
    assert "Forty-one" in seller.get("/leads/?columns=name,cf_shoe_size").content.decode()
    assert (
        "Anna"
        in seller.get(
            '/leads/?filter={"field":"cf_shoe_size","op":"eq","value":"forty-one"}'
        ).content.decode()
    )
    assert "Anna" in seller.get("/leads/?q=forty").content.decode()


def test_every_kind_can_be_made_and_changed(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    kinds = offered_kinds(registry.get("lead"))
    page = boss.get("/settings/fields/leads/new/").content.decode()
    for kind, label in kinds.items():
        assert str(label) in page
        assert boss.get(f"/settings/fields/leads/new/?kind={kind}").status_code == 200
        more = {"options": "Red\nBlue", "places": "1", "target": "customer", "formula": "cf_my_decimal * 2"}
        made = make(boss, kind, f"My {kind}", **more)
        assert made.status_code == 302, made.content.decode()
    for row in CustomField.objects.all():
        address = f"/settings/fields/leads/{row.key}/"
        assert boss.get(address).status_code == 200
        default = {"choice": "red", "multi_choice": "blue", "boolean": "true"}.get(row.kind, "")
        typed = {"label": f"Your {row.key}", "default": default, "label_lv": "Jūsu", "formula": row.formula}
        said = boss.post(address, typed)
        assert said.status_code == 302, said.content.decode()
    assert CustomField.objects.get(kind="multi_choice").default == ["blue"]
    assert boss.get("/settings/lists/lead-cf-my-choice/").status_code == 200
    for address in ("/settings/fields/leads/", "/settings/lists/", "/leads/", "/leads/new/"):
        assert boss.get(address).status_code == 200
    assert boss.get("/reports/new/?object=lead", follow=True).status_code == 200


def test_what_is_wrong_stands_at_its_control(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    wrong = make(boss, "text", "First name")
    assert wrong.status_code == 422
    assert "Leads have a field “First name” already." in wrong.content.decode()
    make(boss, "integer", "Rooms")
    wrong = boss.post("/settings/fields/leads/cf_rooms/", {"label": "Rooms", "default": "many"})
    assert wrong.status_code == 422
    assert "Write a number" in wrong.content.decode()
    assert boss.get("/settings/fields/leads/cf_none/").status_code == 404
    assert boss.get("/settings/fields/planets/").status_code == 404


def test_a_field_is_switched_off_and_on(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    make(boss, "text", "<b>Floor</b>")
    page = boss.get("/leads/new/").content.decode()
    assert "&lt;b&gt;Floor&lt;/b&gt;" in page
    boss.post("/settings/fields/leads/cf_b_floor_b/switch/", {"active": "false"})
    assert "is off. Nothing is lost." in boss.get("/settings/fields/leads/").content.decode()
    assert "Floor" not in boss.get("/leads/new/").content.decode()
    view = boss.get("/leads/?columns=name,cf_b_floor_b&sort=cf_b_floor_b")
    assert "cannot be sorted by" in view.content.decode()
    boss.post("/settings/fields/leads/cf_b_floor_b/switch/", {"active": "true"})
    assert "Floor" in boss.get("/leads/new/").content.decode()


def test_the_order_is_changed_step_by_step_and_at_once(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    for label in ("One", "Two", "Three"):
        make(boss, "text", label)
    boss.post("/settings/fields/leads/order/", {"key": "cf_three", "move": "up"})
    assert keys() == ["cf_one", "cf_three", "cf_two"]
    boss.post("/settings/fields/leads/order/", {"keys": "cf_two,cf_one"})
    assert keys() == ["cf_two", "cf_one", "cf_three"]


def keys() -> list[str]:
    return [row.key for row in CustomField.objects.filter(object="lead")]


def test_a_board_and_groups_stand_on_a_custom_field(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    make(boss, "choice", "Grade", options="A\nB")
    make(boss, "decimal", "Area", places="2")
    one = make_lead(administrator, cf_grade="a", cf_area="10.5")
    make_lead(administrator, cf_area="2.25")
    page = boss.get("/leads/?display=board&lanes=cf_grade").content.decode()
    assert 'data-lane="&quot;a&quot;"' in page or "Grade" in page
    grouped = boss.get("/leads/?columns=name,cf_area&group=cf_grade&totals=cf_area:sum").content.decode()
    assert "12.75" in grouped
    boss.post(f"/leads/{one.pk}/values/cf_grade/", {"cf_grade": "b"})
    one.refresh_from_db()
    assert one.custom["cf_grade"] == "b"


def test_only_administrators_make_fields(client_of: Any, seller_north: User) -> None:
    assert client_of(seller_north).get("/settings/fields/leads/").status_code == 403


def test_a_computed_field_is_made_shown_and_changed(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    make(boss, "decimal", "Area", places="2")
    page = boss.get("/settings/fields/leads/new/?kind=computed").content.decode()
    assert "cf_area" in page  # what a formula can name
    wrong = make(boss, "computed", "Double", formula="cf_area * ", places="1")
    assert wrong.status_code == 422
    assert "At character 10: something is missing." in wrong.content.decode()
    assert make(boss, "computed", "Double", formula="cf_area * 2", places="1").status_code == 302
    assert (
        "Computed from other fields: Number with decimals"
        in boss.get("/settings/fields/leads/").content.decode()
    )
    lead = make_lead(administrator, cf_area="10.5")
    assert "21" in boss.get("/leads/?columns=name,cf_double").content.decode()
    assert 'name="cf_double"' not in boss.get(f"/leads/{lead.pk}/sections/own_around/").content.decode()
    assert boss.post(f"/leads/{lead.pk}/values/cf_double/", {"cf_double": "5"}).status_code in (404, 422)
    total = boss.get("/leads/?columns=name,cf_double&totals=cf_double:sum").content.decode()
    assert "21" in total
    boss.post("/settings/fields/leads/cf_double/", {"label": "Double", "formula": "cf_area * 4"})
    assert CustomField.objects.get(key="cf_double").formula == "cf_area * 4"


def test_several_links_are_chosen_shown_and_taken_away(
    client_of: Any, administrator: User, seller_north: User, seller_south: User
) -> None:
    boss = client_of(administrator)
    make(boss, "relations", "Neighbours", target="contact", section="Around")
    seen, unseen = (
        make_contact(seller_north, first_name="Visible"),
        make_contact(seller_south, first_name="Secret"),
    )
    lead = make_lead(seller_north)
    section = f"/leads/{lead.pk}/values/cf_neighbours/"
    boss.post(section, {"cf_neighbours": [seen.pk, unseen.pk]})
    lead.refresh_from_db()
    assert lead.custom == {"cf_neighbours": f"|{seen.pk}|{unseen.pk}|"}
    page = boss.get(f"/leads/{lead.pk}/").content.decode()
    assert "Visible" in page
    assert "Secret" in page
    seller, tree = client_of(seller_north), {"field": "cf_neighbours", "op": "has_any", "value": [seen.pk]}
    for address in (
        f"/leads/{lead.pk}/",
        f"/leads/{lead.pk}/sections/own_around/",
        "/leads/?columns=name,cf_neighbours",
        f"/leads/?columns=name,cf_neighbours&filter={json.dumps(tree)}",
    ):
        page = seller.get(address, follow=True).content.decode()
        assert "Visible" in page, address
        assert "Secret" not in page, address
    was = f"{seen.pk}|{unseen.pk}"
    said = seller.post(section, {"cf_neighbours": [], "was.cf_neighbours": was})
    assert said.status_code in (200, 302), said.content.decode()
    lead.refresh_from_db()
    assert lead.custom == {"cf_neighbours": f"|{unseen.pk}|"}


def test_a_field_is_indexed_and_unique_as_settings_say(client_of: Any, administrator: User) -> None:
    boss = client_of(administrator)
    make(boss, "text", "Code")
    address = "/settings/fields/leads/cf_code/"
    leads = [
        make_lead(administrator, first_name=name, last_name="", cf_code="a") for name in ("Anna", "Bert")
    ]
    marked = {"label": "Code", "is_indexed": "true", "is_unique": "true"}
    assert boss.post(address, marked).status_code == 302
    page = boss.get("/settings/fields/leads/").content.decode()
    assert "Being indexed, 0 %" in page
    assert "Being checked, 0 %" in page
    run_until_idle()
    page = boss.get(address).content.decode()
    assert "Not unique: these records have the same value" in page
    for lead in leads:
        assert f'href="/leads/{lead.pk}/">{lead}</a>' in page
    update_record(Actor(administrator), "lead", leads[0].pk, {"cf_code": "b"})
    boss.post(address, marked)
    run_until_idle()
    page = boss.get("/settings/fields/leads/").content.decode()
    assert ">Indexed<" in page
    assert ">Unique<" in page
    refused = boss.post("/leads/new/", {"first_name": "C", "cf_code": "A", "is_organization": "false"})
    assert refused.status_code == 422
    assert "Code: “Bert” has this value already." in refused.content.decode()
