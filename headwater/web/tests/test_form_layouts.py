"""Settings › Fields › Form layout, and the pages that follow it."""

import json
from typing import Any

import pytest
from django.test import Client

from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.models import FormLayout
from headwater.testing.factories import make_lead
from headwater.users.models import User

pytestmark = pytest.mark.django_db
HOME = "/settings/fields/leads/layout/"


@pytest.fixture
def boss(client_of: Any, administrator: User) -> Client:
    client: Client = client_of(administrator)
    return client


def drawn() -> dict[str, tuple[str, ...]]:
    return {section.key: section.fields for section in registry.get("lead").sections}


def test_pages_and_forms_follow_the_layout(boss: Client, administrator: User, api_of: Any) -> None:
    lead = make_lead(administrator, website="example.com", utm_term="Summer sale")
    made = boss.post(f"{HOME}sections/new/", {"name": "<b>Web</b>", "columns": "1", "name_lv": "Tīmeklis"})
    assert made.status_code == 302
    key = registry.get("lead").sections[-1].key
    places = {key: ["website", "is_organization"], "": ["utm_term"]}
    assert boss.post(f"{HOME}fields/", {"keys": json.dumps(places)}).status_code == 204
    page = boss.get(f"/leads/{lead.pk}/").content.decode()
    assert "&lt;b&gt;Web&lt;/b&gt;" in page
    assert "Summer sale" not in page.partition('class="record-centre"')[0]
    form = boss.get("/leads/new/").content.decode()
    assert 'name="utm_term"' not in form
    assert form.index('name="website"') > form.index('name="utm_content"')
    assert 'data-columns="1"' in form
    section = boss.get(f"/leads/{lead.pk}/sections/{key}/").content.decode()
    assert 'role="radiogroup"' in section  # the control goes with its field
    described = api_of(administrator).get("leads/describe").json()
    assert described["off_form"] == ["utm_term"]
    assert described["sections"][-1] == {
        "key": key,
        "label": "<b>Web</b>",
        "columns": 1,
        "fields": ["website", "is_organization"],
    }
    assert boss.post(f"{HOME}reset/").status_code == 302
    assert not FormLayout.objects.exists()


def test_what_no_database_keeps_in_json_is_left_out(boss: Client) -> None:
    places = {"work": ["phone", "\x00", "\ud800", "no_field"], "\x00": ["email"]}
    assert boss.post(f"{HOME}fields/", {"keys": json.dumps(places)}).status_code == 204
    assert drawn()["work"][0] == "phone"
    assert "email" in drawn()["reach"]
    boss.post(f"{HOME}sections/new/", {"name": "Web\x00", "columns": "2", "name_lv": "\x00"})
    section = registry.get("lead").sections[-1]
    assert (section.name, dict(section.names)) == ("Web", {})
    assert boss.get(HOME).status_code == 200


def test_everything_works_without_scripts(boss: Client) -> None:
    add_field("lead", Definition(label="Floor", is_required=True))
    page = boss.get(HOME).content.decode()
    assert "Not on the form" in page
    boss.post(f"{HOME}fields/", {"key": "phone", "move": "up"})
    assert drawn()["reach"][:2] == ("phone", "email")
    assert boss.get(f"{HOME}fields/phone/").status_code == 200
    boss.post(f"{HOME}fields/", {"key": "phone", "to": "work"})
    assert drawn()["work"][-1] == "phone"
    refused = boss.post(f"{HOME}fields/", {"key": "cf_floor", "to": ""}, follow=True)
    assert "“Floor” may have to be filled in" in refused.content.decode()
    boss.post(f"{HOME}sections/", {"key": "work", "move": "up"})
    assert list(drawn())[:3] == ["lead", "work", "reach"]
    boss.post(f"{HOME}sections/", {"keys": "utm,source"})
    assert list(drawn())[:3] == ["utm", "source", "lead"]
    assert boss.post(f"{HOME}sections/work/removal/").status_code == 302
    assert "phone" in drawn()["lead"]
    assert boss.post(f"{HOME}sections/reach/", {"name": "Ways"}).status_code == 302
    assert "Ways" in boss.get(HOME).content.decode()
    assert boss.post(f"{HOME}sections/new/", {"name": ""}).status_code == 422


def test_nonsense_is_refused(boss: Client) -> None:
    for keys in (
        "{",
        "[]",
        '{"work": [1]}',
        '{"work": "email"}',
        "[" * 5000,
        json.dumps({"a": ["x"] * 1001}),
    ):
        assert boss.post(f"{HOME}fields/", {"keys": keys}).status_code == 404
    assert boss.post(f"{HOME}fields/", {"keys": '{"": ["first_name"]}'}).status_code == 422
    assert boss.post(f"{HOME}fields/", {"keys": '{"work": ["nothing", "email"]}'}).status_code == 204
    assert "nothing" not in drawn()["work"]
    for address in ("fields/nothing/", "sections/nothing/"):
        assert boss.get(HOME + address).status_code == 404
    assert boss.post(f"{HOME}sections/", {"key": "nothing", "move": "up"}).status_code == 404


def test_a_form_that_was_open_while_the_layout_changed_saves_what_it_showed(
    boss: Client, administrator: User
) -> None:
    lead = make_lead(administrator, is_organization=True, organization_name="Acme")
    form = {"was.email": "", "email": "a@example.com"}
    boss.post(f"{HOME}fields/", {"key": "email", "to": "work"})
    boss.post(f"{HOME}fields/", {"key": "is_organization", "to": "reach"})
    assert boss.post(f"/leads/{lead.pk}/sections/reach/", form).status_code == 302
    lead.refresh_from_db()
    assert (lead.email, lead.is_organization) == ("a@example.com", True)


def test_a_field_says_where_it_stands_and_can_be_sent_elsewhere(boss: Client) -> None:
    add_field("lead", Definition(label="Floor", section="The flat"))
    boss.post(f"{HOME}fields/", {"key": "cf_floor", "to": "work"})
    address = "/settings/fields/leads/cf_floor/"
    assert 'value="Work"' in boss.get(address).content.decode()
    boss.post(address, {"label": "Floor", "section": "Work"})
    assert "cf_floor" in drawn()["work"]
    boss.post(address, {"label": "Floor", "section": "Reach"})
    assert "cf_floor" in drawn()["reach"]
