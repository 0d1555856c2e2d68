"""Who has a field is said on the page of the role and on that of the field, and it is one thing."""

import pytest

from headwater.access.models import RoleFieldRight
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field, switch_field
from headwater.records.field_rights import choices_of
from headwater.testing.factories import make_lead
from headwater.users.models import Role

pytestmark = pytest.mark.django_db

VALUES = {"email": "anna@riverbank.example", "cf_floor": "Riverside"}


@pytest.fixture
def floor(organization):
    return add_field("lead", Definition(label="Floor"))


@pytest.fixture
def roles(db):
    """What the form calls each role."""
    return {role.key: f"role-{role.pk}" for role in Role.objects.all()}


def kept():
    return set(RoleFieldRight.objects.values_list("role__key", "field", "access"))


def told():
    """Return what history has of rights on fields: who, what happened, from what to what."""
    entries = HistoryEntry.objects.filter(object="role_field_right").order_by("pk")
    return [(entry.actor_id, entry.verb, entry.changes.get("access")) for entry in entries]


@pytest.mark.attack(15)
@pytest.mark.parametrize("key", VALUES)
def test_a_field_is_kept_from_roles_on_its_own_page(
    client_of, administrator, seller_north, floor, roles, key
):
    address = f"/settings/fields/leads/{key}/"
    lead = make_lead(administrator, owner=seller_north.pk, **VALUES)
    boss, seller = client_of(administrator), client_of(seller_north)
    page = boss.get(address).content.decode()
    assert roles["salesperson"] in page
    assert roles["administrator"] not in page  # administrators have every field
    assert VALUES[key].encode() in seller.get(f"/leads/{lead.pk}/").content
    form = {roles["salesperson"]: "hidden", roles["manager"]: "read_only"}
    assert boss.post(f"{address}access/", form).headers["Location"] == address
    assert kept() == {("salesperson", key, "hidden"), ("manager", key, "read_only")}
    assert VALUES[key].encode() not in seller.get(f"/leads/{lead.pk}/").content
    assert sorted(told()) == [(administrator.pk, "created", [None, each]) for each in ("hidden", "read_only")]
    assert b"Kept from 2 roles" in boss.get("/settings/fields/leads/").content
    # Who is not named stays, and history tells what changed and nothing else.
    boss.post(f"{address}access/", {roles["salesperson"]: "read_only"})
    boss.post(f"{address}access/", {roles["salesperson"]: "read_only"})
    boss.post(f"{address}access/", {roles["salesperson"]: ""})
    assert kept() == {("manager", key, "read_only")}
    assert [entry[1:] for entry in told()[2:]] == [
        ("updated", ["hidden", "read_only"]),
        ("deleted", ["read_only", None]),
    ]


def test_the_pages_of_roles_and_fields_lead_to_each_other_and_agree(client_of, administrator, manager, roles):
    boss, of_role = client_of(administrator), f"/settings/roles/{manager.role_id}/fields/?object=lead"
    boss.post(of_role, {"email": "hidden"})
    page = boss.get("/settings/fields/leads/email/").content.decode()
    assert f'href="{of_role}"' in page
    assert '<option value="hidden" selected>' in page
    boss.post("/settings/fields/leads/email/access/", {roles["manager"]: "read_only"})
    page = boss.get(of_role).content.decode()
    assert 'href="/settings/fields/leads/email/#access"' in page
    assert '<option value="read_only" selected>' in page


def test_every_field_has_a_page_that_offers_what_can_be_kept_back(client_of, administrator, manager):
    boss = client_of(administrator)
    for entry in registry.objects():
        listed = boss.get(f"/settings/fields/{entry.slug}/").content.decode()
        for key, field in entry.fields.items():
            address = f"/settings/fields/{entry.slug}/{key}/"
            assert f'href="{address}"' in listed
            page = boss.get(address).content.decode()
            for access in ("read_only", "hidden"):
                assert (f'<option value="{access}">' in page) is (access in choices_of(entry, field)), address


@pytest.mark.parametrize(
    ("path", "role", "access", "status"),
    [
        ("leads/email", "manager", "galaxy", 302),
        ("leads/name", "manager", "hidden", 302),
        ("leads/email", "administrator", "hidden", 302),
        ("leads/nothing", "manager", "hidden", 404),
        ("planets/email", "manager", "hidden", 404),
    ],
)
def test_what_cannot_be_is_refused(client_of, administrator, roles, path, role, access, status):
    boss = client_of(administrator)
    answer = boss.post(f"/settings/fields/{path}/access/", {roles[role]: access})
    assert answer.status_code == status
    assert not RoleFieldRight.objects.exists()
    if status == 302 and role == "manager":
        assert b'data-tone="error"' in boss.get(answer.headers["Location"]).content


def test_only_administrators_say_who_has_a_field(client_of, manager, roles):
    assert client_of(manager).get("/settings/fields/leads/email/").status_code == 403
    form = {roles["salesperson"]: "hidden"}
    assert client_of(manager).post("/settings/fields/leads/email/access/", form).status_code == 403
    assert not RoleFieldRight.objects.exists()


@pytest.mark.attack(2)
def test_a_field_that_is_switched_off_and_on_is_kept_as_before(
    client_of, api_of, administrator, seller_north, floor, roles
):
    boss, seller = client_of(administrator), client_of(seller_north)
    lead = make_lead(administrator, owner=seller_north.pk, **VALUES)
    boss.post("/settings/fields/leads/cf_floor/access/", {roles["salesperson"]: "hidden"})
    switch_field("lead", "cf_floor", is_active=False)
    assert b"Who has it" not in boss.get("/settings/fields/leads/cf_floor/").content
    # Both surfaces save the whole role meanwhile.
    of_role = f"/settings/roles/{seller_north.role_id}/fields/?object=lead"
    boss.post(of_role, {"email": "read_only"})
    known = api_of(administrator).get(f"roles/{seller_north.role_id}").json()["fields"]
    assert {"object": "lead", "field": "cf_floor", "access": "hidden"} in known
    assert api_of(administrator).patch(f"roles/{seller_north.role_id}", {"fields": known}).status_code == 200
    switch_field("lead", "cf_floor", is_active=True)
    run_until_idle()
    assert VALUES["cf_floor"].encode() not in seller.get(f"/leads/{lead.pk}/").content
    assert kept() == {("salesperson", "cf_floor", "hidden"), ("salesperson", "email", "read_only")}


def test_what_is_computed_from_a_hidden_field_says_that_it_is_hidden_too(
    client_of, administrator, seller_north, roles
):
    add_field("lead", Definition(label="Area", kind="integer"))
    add_field("lead", Definition(label="Double", kind="computed", formula="cf_area * 2"))
    boss, address = client_of(administrator), "/settings/fields/leads/cf_double/"
    assert b"Hidden in any case" not in boss.get(address).content
    boss.post("/settings/fields/leads/cf_area/access/", {roles["salesperson"]: "hidden"})
    page = boss.get(address).content.decode()
    assert page.count("Hidden in any case") == 1
