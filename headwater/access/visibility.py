"""Which rows an actor has: decided here and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from headwater.access import grants, rights
from headwater.access.grants import Held
from headwater.access.models import Action, Scope
from headwater.metadata import registry
from headwater.users.actor import Actor

Policy = Callable[[Actor, str, str], Q]

_policies: dict[str, Policy] = {}
_settled: ContextVar[Actor | None] = ContextVar("settled", default=None)


def register_policy(object_name: str, policy: Policy) -> None:
    """Let an object without an owner of its own be visible through the records it belongs to.

    The policy gets actor, prefix and action and returns the condition for rows that exist.
    """
    _policies[object_name] = policy


def asks_records(object_name: str) -> bool:
    """Say whether an object is visible through the records it belongs to, beside its owner."""
    return object_name in _policies


def visible_q(actor: Actor, object_name: str, prefix: str = "", action: str = Action.SEE) -> Q:
    """Return the condition for the rows on which the actor has the right to ``action``.

    ``prefix`` is the ORM path from the queried model to the object, such as ``party__``.
    Deleted records are never visible. Tables that are no records (users, teams) are open to
    everyone who signs in.
    """
    if not registry.get(object_name).is_record:
        return Q()
    exists = Q(**{f"{prefix}deleted_at__isnull": True})
    if _settled.get() is None:
        return exists & reach_q(actor, object_name, prefix, action)
    _require_settled(actor, action)
    # Across a link: no row is none that she may see. Every row has this column.
    return exists & Q(**{f"{prefix}recorded_at__isnull": False})


def reach_q(actor: Actor, object_name: str, prefix: str = "", action: str = Action.SEE) -> Q:
    """Return the condition for the records, deleted ones among them, that the actor's right reaches.

    A deleted record is reached as if it were not: by its owner, by the object's policy, or by a grant.
    """
    owners = rights.owner_ids(actor, rights.scope(actor, object_name, action))
    if owners is None:
        return Q()
    if not owners:
        return Q(**{f"{prefix}pk__in": []})
    held = grants.held(actor, object_name, action)
    if object_name in _policies:
        decided = _policies[object_name](actor, prefix, action)
        return decided if held is None else decided | _granted_q(held, prefix)
    if held is None:
        return Q(**{f"{prefix}owner__in": owners})
    # For looking at some records, and across links. Where there may be many, readers take the streams.
    return Q(**{f"{prefix}owner__in": owners}) | _granted_q(held, prefix)


def _granted_q(held: Held, prefix: str) -> Q:
    if prefix:
        return Q(**{f"{prefix}pk__in": held.numbers()})
    # Asked of each record that is looked at: as a list of numbers, one record would cost as much as all.
    return Q(Exists(held.numbers().filter(record_id=OuterRef("pk"))))


class _IsAnyOf(Func):
    """A number is an element of an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Streams(NamedTuple):
    """What an actor has of an object, in parts that can be read one by one and merged.

    ``held`` is what she holds, None where that is nothing.
    """

    owners: tuple[int, ...]
    held: Held | None

    @property
    def owned_q(self) -> Q:
        """The condition for records of the owners."""
        return Q(owner__in=self.owners)

    @property
    def granted_q(self) -> Q | None:
        """The condition for records of others, or of nobody, that are granted to her."""
        if self.held is None:
            return None
        if connection.vendor != "postgresql":
            return Q(pk__in=self.held.numbers()) & ~self.owned_q
        # As an array the numbers are looked up one by one. Joined, PostgreSQL rather walks the whole table in
        # the order of a list and hopes to meet granted records soon.
        return Q(_IsAnyOf(F("pk"), ArraySubquery(self.held.numbers()))) & ~self.owned_q

    def asking(self, condition: Q) -> "Streams":
        """Return the parts for who looks at no granted records but those whose grants meet a condition."""
        if self.held is None or not condition:
            return self
        return self._replace(held=self.held._replace(asked=self.held.asked & condition))


def visible_streams(actor: Actor, object_name: str) -> Streams | None:
    """Return the parts of what the actor sees of an object, without a record in two of them.

    None where owners and grants do not decide: who sees everything, and what is seen through others.
    """
    if object_name in _policies or not registry.get(object_name).is_record:
        return None
    if _settled.get() is not None:
        _require_settled(actor, Action.SEE)
        return None
    owners = rights.owner_ids(actor, rights.scope(actor, object_name, Action.SEE))
    if owners is None:
        return None
    return Streams(owners, grants.held(actor, object_name) if owners else None)


def deleted_q(actor: Actor, object_name: str) -> Q | None:
    """Return the condition for deleted records that would be the actor's, None where owners do not decide."""
    deleted = Q(deleted_at__isnull=False)
    if _settled.get() is not None:
        _require_settled(actor, Action.SEE)
        return deleted
    decided = object_name not in _policies and registry.get(object_name).is_record
    if not decided and rights.scope(actor, object_name, Action.SEE) != Scope.ALL:
        return None
    return deleted & reach_q(actor, object_name)


@contextmanager
def settled_for(actor: Actor | None) -> Iterator[None]:
    """Say that the tables of records hold only what this actor's right to see reaches, in the block.

    For reading the records of an earlier time (``records.asof``), which asks her rights of now of
    the records of now: the owners of then do not decide. None says that they hold everything again.
    """
    token = _settled.set(actor)
    try:
        yield
    finally:
        _settled.reset(token)


def _require_settled(actor: Actor, action: str) -> None:
    settled = _settled.get()
    if settled is None or settled.user_id != actor.user_id or action != Action.SEE:
        raise RuntimeError("The records of an earlier time are read by one person, and only seen.")
