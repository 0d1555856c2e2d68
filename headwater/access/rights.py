"""What an actor may do, and how far it reaches."""

from headwater.access.errors import Forbidden
from headwater.access.models import ANY_OBJECT, Action, RoleRight, Scope
from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import User


@shared
def _rights_of(role_id: int) -> dict[tuple[str, str], Scope]:
    rows = RoleRight.objects.filter(role_id=role_id).values_list("object", "action", "scope")
    return {(name, action): Scope(reach) for name, action, reach in rows}


def is_administrator(actor: Actor) -> bool:
    """Say whether the actor may change settings and see everything."""
    return actor.only is None and (actor.user is None or _administers(actor.user))


def _administers(user: User) -> bool:
    return user.is_active and user.role.is_administrator


def key_reaches(actor: Actor, object_name: str, action: str) -> bool:
    """Say whether the key of the actor was made for this, whatever her own rights are."""
    if actor.only is None:
        return True
    level = dict(actor.only).get(object_name)
    return level == "write" or (level == "read" and action in (Action.SEE, Action.EXPORT))


def scope(actor: Actor, object_name: str, action: str) -> Scope:
    """Return how far the actor's right reaches; no row means none. Unknown words are errors.

    No right reaches records that the actor does not see. Making a record and bringing it in by an
    import are asked about the owner it will have.
    """
    registry.get(object_name)
    word = Action(action)
    if not key_reaches(actor, object_name, word):
        return Scope.NONE
    if actor.user is None or _administers(actor.user):
        return Scope.ALL
    if not actor.user.is_active:
        return Scope.NONE
    reach = given(actor, object_name, word)
    if word in (Action.SEE, Action.CREATE, Action.IMPORT):
        return reach
    return min(reach, given(actor, object_name, Action.SEE), key=_REACH.index)


_REACH = list(Scope)


def given(actor: Actor, object_name: str, action: str) -> Scope:
    """Return what the actor's role says of an action by itself, however few records she sees.

    For a person who signs in and is no administrator; ``scope`` is the right that she has.
    """
    if actor.user is None:
        return Scope.NONE
    rights = _rights_of(actor.user.role_id)
    return rights.get((object_name, action)) or rights.get((ANY_OBJECT, action)) or Scope.NONE


def may_own(actor: Actor, object_name: str, action: str) -> set[int] | None:
    """Return whom a record may belong to for the actor's right to reach it; None means anybody.

    Whoever has the right at all has it for herself.
    """
    reach = scope(actor, object_name, action)
    owners = owner_ids(actor, reach)
    if owners is None:
        return None
    return {*owners, actor.user_id or 0} if reach != Scope.NONE else set()


def require(actor: Actor, object_name: str, action: str) -> Scope:
    """Return the scope of a right the actor has. Raises Forbidden when there is none."""
    reach = scope(actor, object_name, action)
    if reach == Scope.NONE:
        raise Forbidden(action, object_name)
    return reach


def require_administrator(actor: Actor) -> None:
    """Raise Forbidden unless the actor may change settings."""
    if not is_administrator(actor):
        raise Forbidden("administer")


def owner_ids(actor: Actor, reach: Scope) -> tuple[int, ...] | None:
    """Return the owners whose records a scope reaches; None means every record.

    Someone without a team reaches her own records only, however wide the role's scope.
    """
    if reach == Scope.ALL:
        return None
    if reach == Scope.NONE or actor.user is None:
        return ()
    user = actor.user
    if reach == Scope.OWN or user.team_id is None:
        return (user.pk,)
    ids = teams.with_descendants(user.team_id) if reach == Scope.TEAM_AND_BELOW else [user.team_id]
    return tuple(sorted({user.pk, *teams.member_ids(tuple(ids))}))
