"""Who sees what: scopes by owner, links, and failing closed."""

import pytest

from headwater.access import rights
from headwater.access.errors import Forbidden
from headwater.access.models import RoleRight
from headwater.lib.memo import unit_of_work
from headwater.records.errors import Invalid, NotFound
from headwater.records.find import find_records, get_record, may
from headwater.records.write import update_record
from headwater.testing.factories import make_customer, make_lead
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


def seen(user):
    return set(find_records(Actor(user), "lead").values_list("pk", flat=True))


@pytest.fixture
def leads(seller_north, seller_south, administrator):
    return {
        "north": make_lead(seller_north).pk,
        "south": make_lead(seller_south).pk,
        "nobody": make_lead(administrator, owner=None).pk,
    }


def test_a_salesperson_sees_her_team_and_changes_her_own(leads, seller_north, make_user, north):
    colleague = make_user("colleague", team=north)
    assert seen(colleague) == {leads["north"]}
    record = get_record(Actor(colleague), "lead", leads["north"])
    assert not may(Actor(colleague), record, "edit")
    with pytest.raises(Forbidden):
        update_record(Actor(colleague), "lead", leads["north"], {"job_title": "Buyer"})
    assert (
        update_record(Actor(seller_north), "lead", leads["north"], {"job_title": "Buyer"}).job_title
        == "Buyer"
    )


def test_a_manager_sees_the_teams_below(leads, make_user, sales):
    assert seen(make_user("head", role="manager", team=sales)) == {leads["north"], leads["south"]}


def test_everything_is_for_administrators_and_the_system(leads, administrator):
    assert seen(administrator) == set(leads.values())
    assert set(find_records(SYSTEM, "lead").values_list("pk", flat=True)) == set(leads.values())


def test_without_a_team_only_ones_own(leads, make_user):
    loner = make_user("loner", role="manager", team=None)
    own = make_lead(loner).pk
    assert seen(loner) == {own}


def test_no_row_is_no_right(leads, seller_north):
    RoleRight.objects.filter(role=seller_north.role, action="see").delete()
    with pytest.raises(Forbidden):
        seen(seller_north)
    with pytest.raises(NotFound):
        get_record(Actor(seller_north), "lead", leads["north"])


def test_someone_deactivated_has_nothing(leads, seller_north):
    seller_north.is_active = False
    seller_north.save()
    assert rights.scope(Actor(seller_north), "lead", "see") == "none"


def test_a_right_of_the_object_outranks_the_general_one(leads, seller_north):
    RoleRight.objects.create(role=seller_north.role, object="lead", action="see", scope="own")
    assert seen(seller_north) == {leads["north"]}
    assert rights.scope(Actor(seller_north), "customer", "see") == "team"


def test_a_change_of_rights_holds_in_the_next_request(leads, seller_north):
    with unit_of_work():
        assert seen(seller_north) == {leads["north"]}
    RoleRight.objects.filter(role=seller_north.role, action="see").update(scope="all")
    with unit_of_work():
        assert seen(seller_north) == set(leads.values())


def test_unknown_words_are_errors(seller_north):
    with pytest.raises(LookupError):
        rights.scope(Actor(seller_north), "planet", "see")
    with pytest.raises(ValueError, match="stroke"):
        rights.scope(Actor(seller_north), "lead", "stroke")


def test_nobody_links_to_what_she_does_not_see(seller_north, seller_south):
    foreign = make_customer(seller_south)
    lead = make_lead(seller_north)
    with pytest.raises(Invalid) as refused:
        update_record(Actor(seller_north), "lead", lead.pk, {"customer": foreign.pk})
    assert [(e.field, e.code) for e in refused.value.errors] == [("customer", "not_found")]
    lead.refresh_from_db()
    assert lead.customer_id is None


def test_nobody_gives_records_to_whom_she_may_not(seller_north, seller_south):
    lead = make_lead(seller_north)
    with pytest.raises(Invalid):
        update_record(Actor(seller_north), "lead", lead.pk, {"owner": seller_south.pk})


def test_a_filter_through_a_hidden_link_finds_nothing(administrator, seller_north, seller_south):
    foreign = make_customer(seller_south, name="Hidden harbour")
    lead = make_lead(seller_north)
    update_record(Actor(administrator), "lead", lead.pk, {"customer": foreign.pk})
    contains = {"field": "customer.name", "op": "contains", "value": "hidden"}
    assert find_records(Actor(administrator), "lead", contains).count() == 1
    assert find_records(Actor(seller_north), "lead", contains).count() == 0
    # A link she may not follow is as good as none: the negative keeps the record.
    assert find_records(Actor(seller_north), "lead", {"not": contains}).count() == 1
