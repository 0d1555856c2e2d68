"""Sharing by hand: who may, with whom, what it gives, and that it ends at once."""

import pytest

from headwater.access.explanation import effective_access, viewers
from headwater.access.models import ANY_OBJECT, Action, RoleRight, Scope
from headwater.access.roles import change_role, create_role, delete_role
from headwater.activities.timeline import timeline
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.find import find_records, get_record, may
from headwater.records.paging import page_records
from headwater.records.sharing import share_record, shares_of, unshare_record
from headwater.records.write import delete_record, update_record
from headwater.reports.groups import group_records, read_grouping, total_records
from headwater.reports.run import run
from headwater.testing.factories import make_address, make_lead
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(manager, seller_north):
    return make_lead(manager, last_name="Alder", owner=seller_north.pk)


def sees(user: User, lead) -> bool:
    return find_records(Actor(user), "lead").filter(pk=lead.pk).exists()


@pytest.mark.parametrize("sort", ["user", "team", "role"])
def test_a_share_lets_see_and_ends_at_once(sort, administrator, seller_south, south, lead):
    number = {"user": seller_south.pk, "team": south.pk, "role": seller_south.role_id}[sort]
    actor = Actor(administrator)
    assert not sees(seller_south, lead)
    share_record(actor, "lead", lead.pk, sort=sort, number=number, level="see")
    assert sees(seller_south, lead)
    assert not may(Actor(seller_south), lead, Action.EDIT)
    with pytest.raises(Forbidden):
        update_record(Actor(seller_south), "lead", lead.pk, {"last_name": "Birch"})
    share_record(actor, "lead", lead.pk, sort=sort, number=number, level="edit")
    update_record(Actor(seller_south), "lead", lead.pk, {"last_name": "Birch"})
    with pytest.raises(Forbidden):
        delete_record(Actor(seller_south), "lead", lead.pk)
    assert [(s.sort, s.number, s.level) for s in shares_of(actor, "lead", lead.pk)] == [
        (sort, number, "edit")
    ]
    unshare_record(actor, "lead", lead.pk, sort=sort, number=number)
    assert not sees(seller_south, lead)
    with pytest.raises(NotFound):
        unshare_record(actor, "lead", lead.pk, sort=sort, number=number)


def test_a_team_means_those_below(administrator, seller_south, sales, lead):
    share_record(Actor(administrator), "lead", lead.pk, sort="team", number=sales.pk, level="see")
    assert sees(seller_south, lead)


def test_a_share_gives_nothing_that_the_role_does_not_have(administrator, seller_south, no_rights, lead):
    share_record(Actor(administrator), "lead", lead.pk, sort="user", number=seller_south.pk, level="edit")
    RoleRight.objects.update_or_create(
        role=seller_south.role, object=ANY_OBJECT, action=Action.EDIT, defaults={"scope": Scope.NONE}
    )
    assert sees(seller_south, lead)
    assert not may(Actor(seller_south), lead, Action.EDIT)
    User.objects.filter(pk=seller_south.pk).update(role=no_rights)
    with pytest.raises(NotFound):
        get_record(Actor(User.objects.get(pk=seller_south.pk)), "lead", lead.pk)


def test_who_may_share(manager, seller_north, seller_south, administrator, lead):
    """Who may edit the record and give it away; a share does not let one share further."""
    with pytest.raises(NotFound):
        share_record(Actor(seller_south), "lead", lead.pk, sort="user", number=seller_south.pk, level="edit")
    share_record(Actor(administrator), "lead", lead.pk, sort="user", number=seller_south.pk, level="edit")
    with pytest.raises(Forbidden):
        share_record(Actor(seller_south), "lead", lead.pk, sort="user", number=manager.pk, level="edit")
    share_record(Actor(seller_north), "lead", lead.pk, sort="user", number=manager.pk, level="see")


def test_with_whom_one_may_share(manager, seller_north, seller_south, north, south, lead):
    change_role(SYSTEM, Role.objects.get(key="manager"), people_reach="team")
    actor = Actor(User.objects.get(pk=manager.pk))
    wrong = [
        ("user", seller_south.pk),
        ("team", south.pk),
        ("role", manager.role_id),
        ("user", 2**70),
        ("planet", 1),
        ("user", "x"),
    ]
    for sort, number in wrong:
        with pytest.raises(Invalid):
            share_record(actor, "lead", lead.pk, sort=sort, number=number, level="see")
    with pytest.raises(Invalid):
        share_record(actor, "lead", lead.pk, sort="user", number=seller_north.pk, level="own")
    share_record(actor, "lead", lead.pk, sort="user", number=seller_north.pk, level="see")
    share_record(actor, "lead", lead.pk, sort="team", number=north.pk, level="see")


def test_history_and_reasons_name_the_share(administrator, seller_south, south, lead):
    actor = Actor(administrator)
    role = Role.objects.get(key="salesperson")
    for sort, number in (("team", south.pk), ("user", seller_south.pk), ("role", role.pk)):
        share_record(actor, "lead", lead.pk, sort=sort, number=number, level="see")
    unshare_record(actor, "lead", lead.pk, sort="role", number=role.pk)
    said = [item.sentence for item in timeline(actor, "lead", lead.pk).items]
    assert said[:4] == [
        f"no longer shares this record with {role.label} (See)",
        f"shared this record with {role.label} (See)",
        "shared this record with Sam (See)",
        "shared this record with South (See)",
    ]
    why = {v.user.pk: v.why for v in viewers("lead", lead.pk, lead.owner_id)}
    assert "South" in why[seller_south.pk]
    (line,) = [one for one in effective_access(seller_south) if one.entry.name == "lead"]
    assert (line.seen, line.granted) == (1, 1)


def test_an_address_can_be_shared(administrator, seller_south):
    address = make_address(administrator)
    assert not find_records(Actor(seller_south), "address").exists()
    share_record(
        Actor(administrator), "address", address.pk, sort="user", number=seller_south.pk, level="see"
    )
    assert find_records(Actor(seller_south), "address").get().pk == address.pk


def test_a_deleted_role_holds_nothing(administrator, seller_south, lead):
    actor = Actor(administrator)
    role = create_role(actor, "Guests", like=Role.objects.get(key="salesperson"))
    share_record(actor, "lead", lead.pk, sort="role", number=role.pk, level="see")
    User.objects.filter(pk=seller_south.pk).update(role=role)
    assert sees(User.objects.get(pk=seller_south.pk), lead)
    delete_role(actor, role, into=Role.objects.get(key="salesperson"))
    assert not sees(User.objects.get(pk=seller_south.pk), lead)
    assert shares_of(actor, "lead", lead.pk) == []


def test_pages_share_and_take_away(administrator, seller_south, client_of, lead):
    client, address = client_of(administrator), f"/leads/{lead.pk}/share/"
    assert "Not shared by hand" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"user": seller_south.pk, "level": "planet"}).status_code == 422
    assert client.post(address, {"user": seller_south.pk, "level": "see"}).status_code == 302
    assert "Sam" in client.get(address).content.decode()
    other = client_of(seller_south)
    assert other.get(f"/leads/{lead.pk}/").status_code == 200
    assert "hx-post" not in other.get(address, headers={"HX-Request-Type": "partial"}).content.decode()
    assert other.post(address, {"user": seller_south.pk, "level": "edit"}).status_code == 403
    assert client.post(f"{address}remove/", {"share": f"user:{seller_south.pk}"}).status_code == 302
    assert other.get(f"/leads/{lead.pk}/").status_code == 404
    assert client.post(f"{address}remove/", {"share": "nobody"}).status_code == 404


def test_the_api_shares_and_takes_away(administrator, seller_south, api_of, lead):
    api, other = api_of(administrator), api_of(seller_south)
    made = api.post(f"leads/{lead.pk}/shares", {"kind": "user", "id": seller_south.pk, "level": "edit"})
    assert (made.status_code, made.json()[0]["name"]) == (201, "Sam")
    assert other.get("leads").json()["items"][0]["id"] == lead.pk
    assert other.get(f"leads/{lead.pk}/shares").json()["items"] == made.json()
    assert api.delete(f"leads/{lead.pk}/shares/user/{seller_south.pk}").status_code == 204
    assert other.get(f"leads/{lead.pk}").status_code == 404
    assert other.get("leads").json()["items"] == []


def test_groups_totals_and_reports_count_each_record_once(administrator, seller_south, lead):
    """Whether she owns it, holds a grant on it, or both."""
    own = make_lead(administrator, owner=seller_south.pk, value=10, currency="EUR")
    make_lead(administrator, value=100, currency="EUR")
    for each in (lead, own):
        share_record(Actor(administrator), "lead", each.pk, sort="user", number=seller_south.pk, level="edit")
    actor = Actor(seller_south)
    grouped = group_records(actor, read_grouping(actor, "lead", "owner"))
    assert {group.key: group.count for group in grouped.shown} == {lead.owner_id: 1, seller_south.pk: 1}
    by_status = group_records(actor, read_grouping(actor, "lead", "status"))
    assert [group.count for group in by_status.shown] == [2]
    totals = total_records(actor, "lead", totals={"value": "sum"})
    assert [str(amount) for _code, amount in totals["value"].amounts if amount] == ["10.00"]
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "rows": [{"id": "d1", "field": "status"}],
    }
    result = run(actor, definition)
    assert result.totals.grand is not None
    assert result.totals.grand["m1"].value == 2
    assert [row.cells["m1"].value for row in result.rows] == [2]
    assert "shared with you" in result.rights


def test_a_shared_record_keeps_its_place_when_its_creation_changes(
    administrator, seller_south, seller_north, lead
):
    """Lists by creation walk the shares in that order, page by page."""
    actor = Actor(administrator)
    days = ["2026-03-01", "2026-03-02", "2026-03-03"]
    others = [make_lead(administrator, owner=seller_north.pk, created_at=f"{day}T09:00") for day in days]
    for shared in (lead, *others):
        share_record(actor, "lead", shared.pk, sort="user", number=seller_south.pk, level="see")
    update_record(actor, "lead", lead.pk, {"created_at": "2026-03-02T12:00"})
    row = RowWrite({"created_at": "2026-02-01T12:00"}, others[1].pk)
    write_records(actor, "lead", [row])
    seen, cursor = [], None
    for _page in range(4):
        page = page_records(Actor(seller_south), "lead", sort=["-created_at"], after=cursor, limit=1)
        seen += [record.pk for record in page.items]
        cursor = page.next
    assert seen == [others[2].pk, lead.pk, others[0].pk, others[1].pk]
