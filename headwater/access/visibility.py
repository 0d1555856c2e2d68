"""Which rows an actor has: decided here and nowhere else."""

from collections.abc import Callable

from django.db.models import Q

from headwater.access import rights
from headwater.access.models import Action
from headwater.metadata import registry
from headwater.users.actor import Actor

Policy = Callable[[Actor, str, str], Q]

_policies: dict[str, Policy] = {}


def register_policy(object_name: str, policy: Policy) -> None:
    """Let an object without an owner of its own be visible through the records it belongs to.

    The policy gets actor, prefix and action and returns the condition for rows that exist.
    """
    _policies[object_name] = policy


def visible_q(actor: Actor, object_name: str, prefix: str = "", action: str = Action.SEE) -> Q:
    """Return the condition for the rows on which the actor has the right to ``action``.

    ``prefix`` is the ORM path from the queried model to the object, such as ``party__``.
    Deleted records are never visible. Tables that are no records (users, teams) are open to
    everyone who signs in.
    """
    if not registry.get(object_name).is_record:
        return Q()
    return Q(**{f"{prefix}deleted_at__isnull": True}) & reach_q(actor, object_name, prefix, action)


def reach_q(actor: Actor, object_name: str, prefix: str = "", action: str = Action.SEE) -> Q:
    """Return the condition for the rows of an object that a right reaches, deleted ones too."""
    owners = rights.owner_ids(actor, rights.scope(actor, object_name, action))
    if owners is None:
        return Q()
    if not owners:
        return Q(**{f"{prefix}pk__in": []})
    if object_name in _policies:
        return _policies[object_name](actor, prefix, action)
    return Q(**{f"{prefix}owner__in": owners})


def visible_owners(actor: Actor, object_name: str, action: str = Action.SEE) -> tuple[int, ...] | None:
    """Return the owners whose records are exactly what the actor has, or None where owners do not decide."""
    if object_name in _policies or not registry.get(object_name).is_record:
        return None
    return rights.owner_ids(actor, rights.scope(actor, object_name, action))
