"""Custom fields for programs: their definitions, and their values inside ``custom``."""

import pytest

from headwater.testing.factories import make_contact, make_lead
from headwater.transfer.tests.helpers import csv_of, living_leads, run, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(api_of, administrator):
    return api_of(administrator)


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


def make(admin, kind="text", label="Floor", **more):
    response = admin.post("custom-fields", {"object": "lead", "kind": kind, "label": label, **more})
    assert response.status_code == 201, response.content
    return response.json()


def test_a_field_is_made_and_every_program_has_it(admin, api):
    made = make(admin, section="The flat", help="Counted from the street")
    assert (made["key"], made["section"], made["is_active"]) == ("cf_floor", "The flat", True)
    described = api.get("leads/describe").json()
    (found,) = (field for field in described["fields"] if field["key"] == "cf_floor")
    assert (found["label"], found["kind"], found["custom"]) == ("Floor", "text", True)
    flat = {"key": "own_the_flat", "label": "The flat", "columns": 2, "fields": ["cf_floor"]}
    assert described["sections"][-1] == flat
    lead = api.post("leads", {"first_name": "A", "custom": {"cf_floor": "2nd"}}).json()
    assert lead["custom"] == {"cf_floor": "2nd"}
    assert "cf_floor" not in lead
    assert api.patch(f"leads/{lead['id']}", {"custom": {"cf_floor": "3rd"}}).json()["custom"] == {
        "cf_floor": "3rd"
    }
    tree = {"field": "cf_floor", "op": "eq", "value": "3RD"}
    (item,) = api.get("leads", filter=tree, fields="name,cf_floor", sort="-cf_floor").json()["items"]
    assert item == {"id": lead["id"], "name": "A", "custom": {"cf_floor": "3rd"}}
    assert api.get("leads", q="3rd").json()["count"]["value"] == 1


def test_wrong_words_inside_custom_are_named(admin, api):
    make(admin, "integer", "Rooms")
    response = api.post("leads", {"first_name": "A", "custom": {"cf_rooms": "x", "cf_none": 1}})
    assert {error["field"] for error in response.json()["errors"]} == {"cf_rooms", "cf_none"}
    response = api.post("leads", {"first_name": "A", "custom": [1]})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "custom")
    assert api.get("leads", fields="cf_none").status_code == 422


def test_definitions_are_changed_ordered_and_switched_off(admin, api, administrator):
    make(admin)
    make(admin, "choice", "Grade", options=["A", "B"])
    assert [o["label"] for o in api.get("lead-cf-grade").json()["items"]] == ["A", "B"]
    changed = admin.patch("custom-fields/lead/cf_grade", {"is_required": True, "default": "B"}).json()
    assert (changed["is_required"], changed["default"], changed["label"]) == (True, "b", "Grade")
    make_lead(administrator)
    assert admin.get("custom-fields/lead/cf_grade").json()["records"] == 1
    ordered = admin.send("PUT", "custom-fields/lead/order", {"keys": ["cf_grade"]}).json()["items"]
    assert [each["key"] for each in ordered] == ["cf_grade", "cf_floor"]
    assert admin.send("PUT", "custom-fields/lead/order", {"keys": ["x"]}).status_code == 422
    assert admin.patch("custom-fields/lead/cf_grade", {"kind": "text"}).status_code == 422
    assert admin.patch("custom-fields/lead/cf_grade", {"label": ""}).status_code == 422
    assert admin.delete("custom-fields/lead/cf_grade").status_code == 204
    assert "cf_grade" not in api.post("leads", {"first_name": "B"}).json()["custom"]
    assert admin.patch("custom-fields/lead/cf_grade", {"is_active": True}).json()["is_active"]
    assert admin.get("custom-fields", object="lead").json()["count"]["value"] == 2
    assert admin.get("custom-fields/lead/cf_none").status_code == 404
    assert admin.get("custom-fields", object="planet").status_code == 404


def test_only_administrators_define(api):
    body = {"object": "lead", "kind": "text", "label": "X"}
    assert api.post("custom-fields", body).status_code == 403
    assert api.get("custom-fields").status_code == 403


def test_a_report_measures_and_groups_by_custom_fields(admin, api, administrator):
    make(admin, "decimal", "Area")
    make(admin, "choice", "Grade", options=["A", "B"])
    for area, grade in ((10.5, "a"), (2.25, "a"), (100, "b"), (None, "b")):
        make_lead(administrator, cf_area=area, cf_grade=grade)
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [{"id": "m1", "ref": "cf_area.sum"}, {"id": "m2", "ref": "lead.cf_area.median"}],
        "rows": [{"field": "cf_grade"}],
    }
    result = admin.post("reports/run", definition).json()
    cells = {row["key"]["d1"]: row["cells"] for row in result["rows"]}
    assert {grade: cell["m1"]["value"] for grade, cell in cells.items()} == {"a": 12.75, "b": 100}
    assert {grade: cell["m2"]["value"] for grade, cell in cells.items()} == {"a": 6.375, "b": 100}
    admin.delete("custom-fields/lead/cf_grade")
    response = admin.post("reports/run", definition)
    assert response.status_code == 422
    assert "“Grade” is switched off" in response.json()["errors"][0]["message"]


def test_a_file_is_imported_into_custom_fields_and_taken_back(admin, administrator):
    make(admin, "integer", "Rooms")
    make(admin, "choice", "Grade", options=["A"])
    make(admin, "date", "Viewing")
    before = make_lead(administrator, external_id="7", cf_rooms=1)
    content = csv_of(
        "External id,First name,Rooms,Grade,Viewing", "7,Anna,3,A,2026-03-18", "8,Bert,x,C,2026-03-19"
    )
    done = run(administrator, "lead", content, mode="upsert", match=["external_id"], create_choices=True)
    assert done.counts == {"created": 0, "updated": 1, "unchanged": 0, "failed": 1}
    before.refresh_from_db()
    assert before.custom == {"cf_rooms": 3, "cf_grade": "a", "cf_viewing": "2026-03-18"}
    undo(administrator, done)
    assert [lead.custom for lead in living_leads()] == [{"cf_rooms": 1}]


def test_a_computed_field_for_programs(admin, api):
    make(admin, "integer", "Rooms")
    made = make(admin, "computed", "Beds", formula="cf_rooms * 2", result="integer")
    assert (made["kind"], made["result"], made["formula"]) == ("computed", "integer", "cf_rooms * 2")
    lead = api.post("leads", {"first_name": "A", "custom": {"cf_rooms": 3}}).json()
    assert lead["custom"] == {"cf_rooms": 3, "cf_beds": 6}
    (found,) = (f for f in api.get("leads/describe").json()["fields"] if f["key"] == "cf_beds")
    assert (found["kind"], found["editable"], found["formula"]) == ("integer", False, "cf_rooms * 2")
    response = api.patch(f"leads/{lead['id']}", {"custom": {"cf_beds": 7}})
    assert response.json()["errors"][0]["code"] == "read_only"
    wrong = admin.patch("custom-fields/lead/cf_beds", {"formula": "cf_rooms.__class__"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "formula")
    changed = admin.patch("custom-fields/lead/cf_beds", {"formula": "cf_rooms * 4"}).json()
    assert (changed["formula"], changed["label"]) == ("cf_rooms * 4", "Beds")


def test_several_links_for_programs(admin, api, seller_north, seller_south):
    make(admin, "relations", "Neighbours", target="contact")
    mine, theirs = make_contact(seller_north), make_contact(seller_south)
    (found,) = (f for f in api.get("leads/describe").json()["fields"] if f["key"] == "cf_neighbours")
    assert (found["kind"], found["target"]) == ("relations", "contact")
    lead = api.post("leads", {"first_name": "A", "custom": {"cf_neighbours": [mine.pk]}}).json()
    assert lead["custom"] == {"cf_neighbours": [mine.pk]}
    refused = api.patch(f"leads/{lead['id']}", {"custom": {"cf_neighbours": [theirs.pk]}})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_found")
    tree = {"field": "cf_neighbours", "op": "has_all", "value": [mine.pk]}
    assert api.get("leads", filter=tree).json()["count"]["value"] == 1
