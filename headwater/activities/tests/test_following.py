"""Who follows what, and what of it filters can ask."""

import pytest

from headwater.activities.following import follow, follow_many, followers_of, is_following
from headwater.activities.models import Follow
from headwater.activities.notices.preferences import set_preferences
from headwater.metadata import registry
from headwater.records.errors import NotFound
from headwater.records.find import find_records
from headwater.testing.factories import actor_of, make_lead, make_opportunity, make_record

pytestmark = pytest.mark.django_db

MINE = {"field": "followed", "op": "is_true"}


def followed(user, name="lead", tree=MINE):
    return set(find_records(actor_of(user), name, tree).values_list("pk", flat=True))


def test_what_is_hers_is_followed_until_she_says_otherwise(manager, seller_north):
    hers, other = make_lead(seller_north), make_lead(manager)
    her = actor_of(seller_north)
    assert (is_following(her, hers), is_following(her, other)) == (True, False)
    follow(her, "lead", hers.pk, on=False)
    follow(her, "lead", other.pk)
    assert followed(seller_north) == {other.pk}
    assert followed(seller_north, tree=MINE | {"op": "is_false"}) == {hers.pk}
    assert followers_of("lead", {hers.pk: {seller_north.pk}, other.pk: {manager.pk}}) == {
        hers.pk: set(),
        other.pk: {seller_north.pk, manager.pk},
    }
    follow(her, "lead", hers.pk)
    set_preferences(her, follows_own=False)
    assert followed(seller_north) == {hers.pk, other.pk}
    assert followed(manager) == {other.pk}


def test_what_one_is_assigned_to_is_ones_own(manager, seller_south, make_user, south):
    lead, sid = make_lead(manager, assignees=[seller_south.pk]), make_user("sid", team=south)
    deal = make_opportunity(manager, lead=lead.pk, assignees=[seller_south.pk])
    other = make_opportunity(sid, lead=make_lead(sid).pk)
    him = actor_of(seller_south)
    assert is_following(him, lead)
    assert followed(seller_south) == {lead.pk}
    through = {"field": "lead.followed", "op": "is_true"}
    assert followed(seller_south, "opportunity", through) == {deal.pk}
    assert followed(seller_south, "opportunity", through | {"op": "is_false"}) == {other.pk}
    follow(him, "lead", lead.pk, on=False)
    assert not is_following(him, lead)
    assert followed(seller_south) == set()


def test_every_object_is_followed_and_asked_for(administrator):
    actor = actor_of(administrator)
    set_preferences(actor, follows_own=False)
    for entry in registry.objects():
        record, _other = make_record(administrator, entry.name), make_record(administrator, entry.name)
        follow(actor, entry.name, record.pk)
        assert followed(administrator, entry.name) == {record.pk}


def test_the_question_goes_through_links(administrator, seller_north):
    lead, other = make_lead(seller_north), make_lead(seller_north)
    found = make_opportunity(seller_north, lead=lead.pk)
    make_opportunity(seller_north, lead=other.pk)
    follow(actor_of(administrator), "lead", lead.pk)
    assert followed(administrator, "opportunity", {"field": "lead.followed", "op": "is_true"}) == {found.pk}


def test_nobody_follows_what_she_does_not_see(seller_north, seller_south, stranger):
    lead = make_lead(seller_north)
    for user in (seller_south, stranger):
        with pytest.raises(NotFound):
            follow(actor_of(user), "lead", lead.pk)
    assert follow_many(actor_of(seller_south), "lead", [lead.pk]) == 0
    assert not Follow.objects.exists()
