"""Whom one may assign or mention: said by the role, obeyed wherever a person is chosen."""

import pytest
from django.core.exceptions import ValidationError

from headwater.access.models import ANY_OBJECT, Action, RoleRight, Scope
from headwater.access.people import choosable_people, may_choose, possible_owners
from headwater.access.roles import change_role, create_role
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.write import create_record
from headwater.testing.factories import make_lead
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(administrator, manager, seller_north, seller_south, make_user, north):
    below = make_user("below", team=Team.objects.create(name="North-east", parent=north))
    gone = make_user("gone", team=north)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return {
        "administrator": administrator,
        "manager": manager,
        "nora": seller_north,
        "sam": seller_south,
        "below": below,
    }


def reach(key: str, word: str) -> None:
    change_role(SYSTEM, Role.objects.get(key=key), people_reach=word)


def names(found) -> set[str]:
    return {user.email.partition("@")[0] for user in found}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("team", {"manager", "nora"}),
        ("team_and_below", {"manager", "nora", "below"}),
        ("all", {"administrator", "manager", "nora", "sam", "below"}),
    ],
)
def test_the_role_says_who_can_be_chosen(people, word, expected):
    reach("manager", word)
    actor = Actor(User.objects.get(pk=people["manager"].pk))
    assert names(choosable_people(actor)) == expected
    numbers = {user.pk for user in User.objects.all()}
    assert may_choose(actor, numbers) == {people[name].pk for name in expected}


def test_without_a_team_one_may_choose_oneself_only(make_user, people):
    reach("manager", "team")
    loner = make_user("loner", role="manager")
    assert names(choosable_people(Actor(loner))) == {"loner"}


def test_administrators_and_the_system_choose_anybody(people):
    for actor in (Actor(people["administrator"]), SYSTEM):
        assert len(choosable_people(actor)) == len(people)


def test_an_owner_outside_is_refused_at_every_door(people, api_of, client_of):
    reach("manager", "team")
    role = Role.objects.get(key="manager")
    for action in Action.values:
        RoleRight.objects.update_or_create(
            role=role, object=ANY_OBJECT, action=action, defaults={"scope": Scope.ALL}
        )
    manager = Actor(User.objects.get(pk=people["manager"].pk))
    outside, inside = people["sam"], people["nora"]
    assert names(possible_owners(manager, "lead")) == {"manager", "nora"}
    with pytest.raises(Invalid):
        create_record(manager, "lead", {"last_name": "X", "owner": outside.pk})
    lead = make_lead(manager)
    (result,) = write_records(manager, "lead", [RowWrite({"owner": outside.pk}, lead.pk)])
    assert result.outcome == "failed"
    (result,) = write_records(manager, "lead", [RowWrite({"owner": inside.pk}, lead.pk)])
    assert result.outcome == "updated"
    refused = api_of(people["manager"]).patch(f"leads/{lead.pk}", {"owner": outside.pk})
    assert refused.status_code == 422
    offered = client_of(people["manager"]).get("/lookup/user/?for=lead").json()["options"]
    assert {option["value"] for option in offered} == {people["manager"].pk, inside.pk}


def test_a_copied_role_reaches_the_same_people(administrator):
    reach("manager", "team")
    copy = create_role(Actor(administrator), "Copy", like=Role.objects.get(key="manager"))
    assert copy.people_reach == "team"


def test_unknown_words_and_limits_for_administrators_are_refused(administrator):
    for key, word in (("manager", "planet"), ("administrator", "team")):
        with pytest.raises(ValidationError):
            change_role(Actor(administrator), Role.objects.get(key=key), people_reach=word)


def test_administrators_set_it_on_the_page_and_by_the_api(administrator, client_of, api_of):
    role = Role.objects.get(key="salesperson")
    client = client_of(administrator)
    assert 'name="people_reach"' in client.get(f"/settings/roles/{role.pk}/").content.decode()
    client.post(f"/settings/roles/{role.pk}/", {"label": role.label, "people_reach": "team"})
    assert Role.objects.get(pk=role.pk).people_reach == "team"
    api = api_of(administrator)
    assert api.patch(f"roles/{role.pk}", {"people_reach": "team_and_below"}).status_code == 200
    assert api.get(f"roles/{role.pk}").json()["people_reach"] == "team_and_below"
    assert api.patch(f"roles/{role.pk}", {"people_reach": "planet"}).status_code == 422
