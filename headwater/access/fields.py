"""The rights that roles have on single fields."""

from collections import defaultdict
from contextlib import AbstractContextManager

from headwater.access.models import FieldAccess, RoleFieldRight
from headwater.access.rights import is_administrator
from headwater.lib.memo import shared
from headwater.metadata import reading, registry
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.reading import Limits
from headwater.users.actor import Actor

ALWAYS_SEEN = frozenset({"owner", "created_at", "updated_at"})
"""What lists are ordered and records are seen by."""


@shared
def _limits_of(role_id: int) -> Limits | None:
    rows = RoleFieldRight.objects.filter(role_id=role_id).values_list("object", "field", "access")
    found: dict[str, dict[str, set[str]]] = {access: defaultdict(set) for access in FieldAccess.values}
    for name, key, access in rows:
        found[access][name].add(key)
    hidden = {name: _with_computed(name, keys) for name, keys in found[FieldAccess.HIDDEN].items()}
    locked = {name: _with_parts(name, keys) for name, keys in found[FieldAccess.READ_ONLY].items()}
    return Limits(hidden, locked) if hidden or locked else None


def _entry(name: str) -> ObjectType | None:
    return next((each for each in registry.whole_objects() if each.name == name), None)


def _with_parts(name: str, keys: set[str]) -> frozenset[str]:
    """Return fields that cannot be changed and their parts."""
    entry = _entry(name)
    return frozenset(keys) if entry is None else entry.with_parts(keys)


def _with_computed(name: str, keys: set[str]) -> frozenset[str]:
    """Return hidden fields and what is computed from them: a result would tell what it comes from."""
    entry = _entry(name)
    return frozenset(keys) if entry is None else entry.with_computed(keys)


def limits_of(actor: Actor) -> Limits | None:
    """Return the fields that are kept from an actor; None for administrators and the system."""
    if actor.user is None or is_administrator(actor):
        return None
    return _limits_of(actor.user.role_id)


def reading_as(actor: Actor) -> AbstractContextManager[None]:
    """Let the dictionary answer as the actor has it until the block ends."""
    return reading.reading(limits_of(actor))


def can_hide(entry: ObjectType, field: Field) -> bool:
    """Say whether a field can be kept from a role.

    A part goes with its whole. Not the name of a record, what lists need, a currency (amounts are shown in
    it), nor what a new record cannot do without.
    """
    currencies = {found.currency_key for found in entry.fields.values()}
    needed = field.required and field.editable and field.is_empty(field.default)
    kept = ALWAYS_SEEN | {entry.title_key} | currencies
    return not (field.part_of or field.key in kept or needed)


def can_lock(entry: ObjectType, field: Field) -> bool:
    """Say whether changing a field can be kept from a role: where anybody can and nobody must."""
    return field.editable and not field.part_of and not (field.required and field.is_empty(field.default))


@shared
def _hidden_sets() -> dict[str, frozenset[frozenset[str]]]:
    by_role: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = RoleFieldRight.objects.filter(access=FieldAccess.HIDDEN, role__is_administrator=False)
    for role, name, key in rows.values_list("role_id", "object", "field"):
        by_role[role, name].add(key)
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for (_role, name), keys in by_role.items():
        found[name].add(_with_computed(name, keys))
    return {name: frozenset(sets) for name, sets in found.items()}


def hidden_sets(object_name: str) -> frozenset[frozenset[str]]:
    """Return the different sets of an object's fields that roles do not have."""
    return _hidden_sets().get(object_name, frozenset())
