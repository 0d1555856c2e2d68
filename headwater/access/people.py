"""Whom an actor may choose: as owner or assignee of a record, or in a mention."""

from collections.abc import Iterable

from django.db.models import QuerySet

from headwater.access import rights
from headwater.access.models import Action
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import Role, User


def choosable_ids(actor: Actor) -> frozenset[int] | None:
    """Return the users whom the actor may assign or mention, as her role says; None means everybody.

    Inactive ones may be among them. Everybody may choose herself; without a team that is all, where
    the role reaches the own team.
    """
    user = actor.user
    if rights.is_administrator(actor):
        return None
    if user is None or not user.is_active:
        return frozenset()
    reach = Role.Reach(user.role.people_reach)
    if reach == Role.Reach.ALL:
        return None
    if user.team_id is None:
        return frozenset({user.pk})
    below = reach == Role.Reach.TEAM_AND_BELOW
    ids = teams.with_descendants(user.team_id) if below else [user.team_id]
    return frozenset({user.pk, *teams.member_ids(tuple(ids))})


def choosable_people(actor: Actor) -> QuerySet[User]:
    """Return the active users whom the actor may assign or mention.

    The one service for pickers and for mentions: offer only these, and refuse (or do not notify)
    anybody else who is named. Whether they may see the record is another question: ask
    ``records.find.may`` with their own ``Actor``.
    """
    found: QuerySet[User] = User.objects.filter(is_active=True)
    ids = choosable_ids(actor)
    return found if ids is None else found.filter(pk__in=ids)


def may_choose(actor: Actor, user_ids: Iterable[int]) -> set[int]:
    """Return those of some users whom the actor may assign or mention; inactive ones are left out."""
    return set(choosable_people(actor).filter(pk__in=set(user_ids)).values_list("pk", flat=True))


def possible_owners(actor: Actor, object_name: str) -> QuerySet[User]:
    """Return the active users to whom the actor may give a record of an object, herself among them.

    Those whom her right to give away reaches, as far as she may assign records to them at all.
    """
    owners = rights.owner_ids(actor, rights.scope(actor, object_name, Action.ASSIGN))
    found = choosable_people(actor)
    return found if owners is None else found.filter(pk__in={actor.user_id or 0, *owners})


def people_for(actor: Actor, object_name: str, key: str) -> QuerySet[User]:
    """Return the active users whom the actor may name in a field of an object.

    Assignees see the record, so that they are those with whom she may share. A custom field gives nobody
    anything: in it she may name everybody.
    """
    if key == "owner":
        return possible_owners(actor, object_name)
    if key == "assignees":
        return choosable_people(actor)
    return User.objects.filter(is_active=True)
