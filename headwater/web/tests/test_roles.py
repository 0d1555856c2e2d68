"""Settings › Roles: the matrix of rights in the browser and for programs."""

import pytest

from headwater.access.models import RoleRight
from headwater.access.roles import rights_of
from headwater.testing.factories import make_lead
from headwater.users.models import Role

pytestmark = pytest.mark.django_db


def test_the_matrix_is_shown_and_saved(client_of, administrator, seller_north):
    browser, role = client_of(administrator), seller_north.role
    page = browser.get(f"/settings/roles/{role.pk}/")
    assert b'name="any-see"' in page.content
    assert b'name="lead-export"' in page.content
    form = {"label": "Seller", "any-see": "team", "lead-see": "own", "lead-edit": ""}
    assert browser.post(f"/settings/roles/{role.pk}/", form).status_code == 302
    role.refresh_from_db()
    assert role.label == "Seller"
    assert rights_of(role) == {("*", "see"): "team", ("lead", "see"): "own"}


@pytest.mark.attack(15)
def test_a_change_counts_at_the_next_request(client_of, administrator, seller_north, seller_south):
    lead, browser = make_lead(seller_south), client_of(seller_north)
    assert browser.get(f"/leads/{lead.pk}/").status_code == 404
    form = {"label": "Salesperson", "any-see": "all"}
    client_of(administrator).post(f"/settings/roles/{seller_north.role_id}/", form)
    assert browser.get(f"/leads/{lead.pk}/").status_code == 200
    form["any-see"] = "none"
    client_of(administrator).post(f"/settings/roles/{seller_north.role_id}/", form)
    assert browser.get(f"/leads/{lead.pk}/").status_code == 404
    assert browser.get("/leads/").status_code == 403
    # the menu forgets what may not be seen any more
    assert b'href="/leads/"' not in browser.get("/").content


def test_nonsense_is_refused_and_changes_nothing(client_of, administrator, seller_north):
    browser, role = client_of(administrator), seller_north.role
    before = rights_of(role)
    answer = browser.post(f"/settings/roles/{role.pk}/", {"label": "X", "any-see": "galaxy"})
    assert answer.status_code == 422
    assert b"galaxy" in answer.content
    assert browser.post(f"/settings/roles/{role.pk}/", {"label": ""}).status_code == 422
    role.refresh_from_db()
    assert (rights_of(role), role.label) == (before, "Salesperson")


def test_a_role_is_added_copied_and_deleted(client_of, administrator, seller_north):
    browser = client_of(administrator)
    like = seller_north.role
    added = browser.post("/settings/roles/new/", {"label": "Partner", "like": like.pk})
    partner = Role.objects.get(label="Partner")
    assert added.headers["Location"] == f"/settings/roles/{partner.pk}/"
    assert rights_of(partner) == rights_of(like)
    for _twice in range(2):
        assert browser.post(f"/settings/roles/{partner.pk}/copy/").status_code == 302
    assert Role.objects.filter(label__startswith="Partner (copy").count() == 2
    browser.post(f"/settings/roles/{like.pk}/deletion/")  # nobody said where its people go
    assert Role.objects.filter(pk=like.pk).exists()
    browser.post(f"/settings/roles/{like.pk}/deletion/", {"into": partner.pk})
    seller_north.refresh_from_db()
    assert (seller_north.role, Role.objects.filter(pk=like.pk).exists()) == (partner, False)


def test_programs_make_change_and_delete_roles(api_of, administrator, seller_north):
    api = api_of(administrator)
    see = [{"object": "*", "action": "see", "scope": "all"}]
    made = api.post("roles", {"label": "Partner", "rights": see})
    assert made.status_code == 201
    assert made.json()["rights"] == see
    pk = made.json()["id"]
    own = [{"object": "lead", "action": "see", "scope": "own"}]
    changed = api.patch(f"roles/{pk}", {"rights": own})
    assert changed.json() == {**made.json(), "rights": own}
    assert api.patch(f"roles/{pk}", {"label": "Friend"}).json()["rights"] == own
    assert {role["key"] for role in api.get("roles").json()["items"]} >= {"manager", "partner"}
    seller_north.role_id = pk
    seller_north.save()
    assert api.delete(f"roles/{pk}").status_code == 422
    assert api.delete(f"roles/{pk}?into=salesperson").status_code == 204
    seller_north.refresh_from_db()
    assert seller_north.role.key == "salesperson"


@pytest.mark.parametrize(
    "rights",
    [
        [{"object": "planet", "action": "see", "scope": "all"}],
        [{"object": "lead", "action": "fly", "scope": "all"}],
        [{"object": "lead", "action": "see", "scope": "most"}],
        [{"object": "lead", "action": "see", "scope": "all"}] * 2,
        [{"object": "lead", "action": "see", "scope": "all", "role": 1}],
        "all",
    ],
)
def test_words_that_are_no_right_answer_422(api_of, administrator, seller_north, rights):
    before = list(RoleRight.objects.values_list("pk", flat=True))
    answer = api_of(administrator).patch(f"roles/{seller_north.role_id}", {"rights": rights})
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert list(RoleRight.objects.values_list("pk", flat=True)) == before


def test_nobody_else_reads_or_changes_roles(api_of, client_of, manager):
    api, browser = api_of(manager), client_of(manager)
    assert api.get("roles").status_code == 403
    assert api.patch(f"roles/{manager.role_id}", {"rights": []}).status_code == 403
    assert browser.post(f"/settings/roles/{manager.role_id}/", {"label": "X"}).status_code == 403
    assert api_of(manager, "write").patch("me", {"role": "administrator"}).status_code in (404, 405)
    answer = api.patch(f"users/{manager.pk}", {"role": "administrator"})
    assert answer.status_code == 403
    manager.refresh_from_db()
    assert manager.role.key == "manager"


def test_the_picker_of_owners_offers_whom_records_may_be_given_to(client_of, seller_north, seller_south):
    browser = client_of(seller_north)
    offered = browser.get("/lookup/user/", {"for": "lead"}).json()["options"]
    assert [option["text"] for option in offered] == ["Nora"]
    everybody = browser.get("/lookup/user/").json()["options"]
    assert {option["text"] for option in everybody} == {"Nora", "Sam"}
    assert browser.get("/lookup/user/", {"for": "planet"}).status_code == 404
    assert b'/lookup/user/?for=lead"' in browser.get("/leads/new/").content
