"""The matrix of rights: every action at every scope, on the very record it reaches."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.access import rights, roles
from headwater.access.errors import Forbidden
from headwater.access.models import ANY_OBJECT, Action, RoleRight, Scope
from headwater.access.visibility import visible_q
from headwater.pipeline.models import Lead
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid, NotFound
from headwater.records.find import find_records
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import make_lead
from headwater.transfer.bulk import change_many
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role, User

pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(Action.values, Scope.ALL.value)


@pytest.fixture
def give(seller_north, no_rights):
    """Give a colleague in North exactly these rights, on every object."""
    seller_north.role = no_rights
    seller_north.save()

    def change(**given: str) -> Actor:
        RoleRight.objects.filter(role=no_rights).delete()
        for action, scope in given.items():
            RoleRight.objects.create(role=no_rights, object=ANY_OBJECT, action=action, scope=scope)
        return Actor(User.objects.get(pk=seller_north.pk))

    return change


@pytest.fixture
def colleague(make_user, north):
    return make_user("colleague", team=north)


@pytest.fixture
def below(make_user, north):
    from headwater.users.models import Team

    return make_user("below", team=Team.objects.create(name="North-east", parent=north))


@pytest.fixture
def owned(administrator, seller_north, colleague, below, seller_south):
    """One lead of each kind of owner, by who that is for the person in North."""
    owners = {"own": seller_north, "team": colleague, "team_and_below": below, "all": seller_south}
    return {who: make_lead(administrator, owner=owner.pk) for who, owner in owners.items()}


ORDER = list(Scope)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.fixed_dictionaries({action: st.sampled_from(Scope.values) for action in Action.values}))
def test_each_action_reaches_the_records_of_its_scope_and_no_hidden_one(give, owned, chosen):
    actor = give(**chosen)
    for action in Action.values:
        reach = ORDER.index(Scope(chosen[action]))
        if action not in ("see", "create", "import"):
            reach = min(reach, ORDER.index(Scope(chosen["see"])))
        expected = {lead.pk for who, lead in owned.items() if ORDER.index(Scope(who)) <= reach}
        found = Lead.unscoped.filter(visible_q(actor, "lead", action=action))
        assert set(found.values_list("pk", flat=True)) == expected, (action, chosen)


def test_a_new_record_belongs_to_whom_the_right_to_create_reaches(give, colleague, seller_south):
    actor = give(**ALL | {"create": "team"})
    assert create_record(actor, "lead", {"first_name": "A", "owner": colleague.pk}).owner_id == colleague.pk
    for owner in (seller_south.pk, None):
        with pytest.raises(Invalid) as refused:
            create_record(actor, "lead", {"first_name": "A", "owner": owner})
        assert [(e.field, e.code) for e in refused.value.errors] == [("owner", "not_allowed")]
    (result,) = write_records(actor, "lead", [RowWrite({"first_name": "A", "owner": seller_south.pk})])
    assert (result.outcome, [e.field for e in result.errors]) == ("failed", ["owner"])
    assert Lead.unscoped.count() == 1


def test_who_may_create_for_herself_may_create(give):
    actor = give(**ALL | {"create": "own"})
    assert create_record(actor, "lead", {"first_name": "A"}).owner_id == actor.user_id


def test_taking_a_record_over_needs_the_right_to_give_it(give, owned):
    actor = give(**ALL | {"assign": "none"})
    lead = owned["team"]
    with pytest.raises(Invalid) as refused:
        update_record(actor, "lead", lead.pk, {"owner": actor.user_id})
    assert [(e.field, e.code) for e in refused.value.errors] == [("owner", "not_allowed")]
    (result,) = write_records(actor, "lead", [RowWrite({"owner": actor.user_id}, lead.pk)])
    assert result.outcome == "failed"
    lead.refresh_from_db()
    assert lead.owner_id != actor.user_id
    actor = give(**ALL | {"assign": "team"})
    assert update_record(actor, "lead", lead.pk, {"owner": actor.user_id}).owner_id == actor.user_id
    with pytest.raises(Invalid):  # of another team: changed, but not given away
        update_record(actor, "lead", owned["all"].pk, {"owner": actor.user_id})


def test_an_unchanged_owner_needs_no_right_to_give(give, owned):
    actor = give(**ALL | {"assign": "none"})
    lead = owned["own"]
    values = {"owner": lead.owner_id, "job_title": "Buyer"}
    assert update_record(actor, "lead", lead.pk, values).job_title == "Buyer"


def test_an_import_reaches_the_records_of_its_own_right(give, owned):
    actor = give(**ALL | {"import": "own"}).through("import")
    rows = [RowWrite({"job_title": "Buyer"}, lead.pk) for lead in owned.values()]
    rows += [RowWrite({"first_name": "A", "owner": owned["all"].owner_id}), RowWrite({"first_name": "B"})]
    results = write_records(actor, "lead", rows, through=Action.IMPORT)
    assert [r.outcome for r in results] == ["updated", "failed", "failed", "failed", "failed", "created"]
    with pytest.raises(Forbidden):
        write_records(give(**ALL | {"import": "none"}), "lead", rows, through=Action.IMPORT)


def test_changing_many_reaches_the_records_of_its_own_right(give, owned):
    actor = give(**ALL | {"bulk": "team"})
    change_set = change_many(actor, "lead", {"job_title": "Buyer"}, filter={})
    assert change_set.counts["updated"] == 2
    with pytest.raises(Invalid):
        change_many(actor, "lead", {"job_title": "Buyer"}, ids=[owned["all"].pk])
    with pytest.raises(Forbidden):
        change_many(give(**ALL | {"bulk": "none"}), "lead", {"job_title": "Buyer"}, filter={})


@pytest.mark.attack(1)
def test_no_right_finds_records_that_are_not_seen(give, owned):
    actor = give(**ALL | {"see": "own"})
    for action in ("edit", "delete", "export", "bulk", "assign"):
        found = find_records(actor, "lead", action=action)
        assert set(found.values_list("pk", flat=True)) == {owned["own"].pk}, action


@pytest.mark.attack(17)
def test_a_deleted_record_comes_back_only_to_whom_it_reaches(give, owned):
    lead = owned["team"]
    delete_record(SYSTEM, "lead", lead.pk)
    with pytest.raises(NotFound):
        restore_record(give(**ALL | {"see": "own"}), "lead", lead.pk)
    assert restore_record(give(**ALL), "lead", lead.pk).deleted_at is None


def test_roles_are_made_copied_changed_and_deleted(administrator, manager):
    actor = Actor(administrator)
    made = roles.create_role(actor, "  Head of  sales ", like=manager.role)
    assert (made.key, made.label) == ("head_of_sales", "Head of sales")
    assert roles.rights_of(made) == roles.rights_of(manager.role)
    roles.change_role(actor, made, rights={("lead", "see"): "own", (ANY_OBJECT, "see"): "all"})
    manager.role = made
    manager.save()
    assert rights.scope(Actor(manager), "lead", "see") == "own"
    assert rights.scope(Actor(manager), "customer", "see") == "all"
    assert rights.scope(Actor(manager), "customer", "edit") == "none"
    with pytest.raises(ValidationError) as refused:
        roles.delete_role(actor, made, into=None)
    assert list(refused.value.message_dict) == ["into"]
    roles.delete_role(actor, made, into=Role.objects.get(key="salesperson"))
    manager.refresh_from_db()
    assert manager.role.key == "salesperson"


def test_names_of_any_script_make_roles(administrator):
    actor = Actor(administrator)
    keys = [roles.create_role(actor, label).key for label in ("ผู้ขาย", "អ្នកលក់")]
    assert keys == ["role", "role_2"]


@pytest.mark.parametrize("label", ["", "   ", "x" * 121, "manager", "a\x00b"])
def test_a_wrong_or_taken_name_is_refused(administrator, label):
    with pytest.raises(ValidationError) as refused:
        roles.create_role(Actor(administrator), label)
    assert list(refused.value.message_dict) == ["label"]


@pytest.mark.parametrize("cell", [("planet", "see"), ("lead", "fly"), ("lead__owner", "see"), (["x"], "see")])
def test_words_that_are_no_right_are_refused(administrator, cell):
    name, action = cell
    with pytest.raises(ValidationError):
        roles.check_matrix({(str(name), action): "all"})


def test_an_administrator_stays(administrator, manager):
    actor = Actor(administrator)
    with pytest.raises(ValidationError):
        roles.delete_role(actor, administrator.role, into=manager.role)
    administrator.refresh_from_db()
    assert administrator.role.is_administrator
    with pytest.raises(ValidationError):
        roles.change_role(actor, administrator.role, rights={})


def test_only_administrators_change_roles(manager):
    actor = Actor(manager)
    for change in (
        lambda: roles.create_role(actor, "X"),
        lambda: roles.change_role(actor, manager.role, rights={}),
        lambda: roles.delete_role(actor, manager.role, into=Role.objects.get(key="administrator")),
    ):
        with pytest.raises(Forbidden):
            change()
