"""Who makes labels while filling in a form, and that there are no doubles."""

import pytest

from headwater.access.errors import Forbidden
from headwater.access.options import make_option
from headwater.access.roles import create_role
from headwater.metadata.choices import add_option
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption
from headwater.testing.factories import actor_of
from headwater.transfer.option_merging import merge_options
from headwater.users.models import Role

pytestmark = pytest.mark.django_db


def labels():
    return list(ChoiceOption.objects.filter(list="label").values_list("label", flat=True))


def test_managers_make_labels_and_salespeople_do_not_at_first(manager, seller_north, administrator):
    make_option(actor_of(manager), "label", "Hot")
    make_option(actor_of(administrator), "competitor", "Acme")
    for person, name in ((seller_north, "label"), (manager, "competitor")):
        with pytest.raises(Forbidden):
            make_option(actor_of(person), name, "Cold")
    assert labels() == ["Hot"]
    assert create_role(actor_of(administrator), "Lead", like=manager.role).makes_labels


@pytest.mark.parametrize("typed", ["hot lead", "  Hot   Lead ", "HOT LEAD", "Ｈｏｔ Lead", "Old name"])
def test_what_is_there_is_taken_whatever_its_case_and_spaces(manager, administrator, typed):
    for name in ("Hot lead", "Old name"):
        add_option("label", name)
    merge_options(actor_of(administrator), "label", "old_name", "hot_lead")
    assert make_option(actor_of(manager), "label", typed).key == "hot_lead"
    assert labels() == ["Hot lead", "Old name"]


@pytest.mark.parametrize("typed", ["", "   ", "a|b", "x" * 121, "Off", "off "])
def test_what_cannot_be_a_label_is_refused(manager, typed):
    add_option("label", "Off")
    ChoiceOption.objects.update(active=False)
    with pytest.raises(BadValue):
        make_option(actor_of(manager), "label", typed)
    assert labels() == ["Off"]


def test_the_address_answers_with_the_option_or_why_not(client_of, manager, seller_north):
    client = client_of(manager)
    made = client.post("/lookup/options/labels/", {"label": " Hot  lead"})
    assert made.json() == {"value": "hot_lead", "text": "Hot lead"}
    assert client.post("/lookup/options/labels/", {"label": "HOT LEAD"}).json() == made.json()
    refused = client.post("/lookup/options/labels/", {"label": "a|b"})
    assert (refused.status_code, "|" in refused.json()["message"]) == (422, True)
    assert client.post("/lookup/options/nothing/", {"label": "x"}).status_code == 404
    assert client_of(seller_north).post("/lookup/options/labels/", {"label": "x"}).status_code == 403
    assert labels() == ["Hot lead"]


def test_forms_offer_it_to_those_who_may(client_of, manager, seller_north, no_rights):
    assert 'data-maker="/lookup/options/labels/"' in client_of(manager).get("/leads/new/").content.decode()
    assert "data-maker" not in client_of(seller_north).get("/leads/new/").content.decode()


def test_an_administrator_says_which_roles(client_of, api_of, administrator, seller_north):
    role = Role.objects.get(pk=seller_north.role_id)
    client = client_of(administrator)
    page = f"/settings/roles/{role.pk}/"
    assert 'name="makes_labels"' in client.get(page).content.decode()
    client.post(page, {"label": role.label, "makes_labels": "true"})
    assert Role.objects.get(pk=role.pk).makes_labels
    assert api_of(seller_north).post("labels", {"label": "Hot"}).status_code == 201
    api = api_of(administrator)
    assert api.patch(f"roles/{role.pk}", {"makes_labels": False}).json()["makes_labels"] is False
    assert api_of(seller_north).post("labels", {"label": "Cold"}).status_code == 403
    assert api_of(seller_north).post("sources", {"label": "Cold"}).status_code == 403
