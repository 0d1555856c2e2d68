"""Quick filters: what a viewer of a dashboard lays over every report on it, for herself alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject

_CREATED, _OWNER = "created_at", "owner"


@dataclass(frozen=True)
class Quick:
    """``period`` is a range as definitions write it; ``owner`` is ``me``, ``my_team`` or a user's number."""

    period: Mapping[str, Any] | None = None
    owner: str | int | None = None

    def __bool__(self) -> bool:
        return self.period is not None or self.owner is not None


@dataclass(frozen=True)
class Overlaid:
    """A definition under a quick filter. ``keeps_period`` and ``keeps_owner``: what it does not obey."""

    definition: dict[str, Any]
    keeps_period: bool = False
    keeps_owner: bool = False


def overlay(definition: Mapping[str, Any], quick: Quick) -> Overlaid:
    """Lay a quick filter over a saved definition.

    A locked period stays; one that is not locked keeps its date field. The owner narrows what the
    report's own conditions find; an object without owners is left as it is.
    """
    made = dict(definition)
    period = made.get("period")
    locked = isinstance(period, Mapping) and bool(period.get("locked"))
    if quick.period is not None and not locked:
        own = dict(period) if isinstance(period, Mapping) else {"field": _CREATED}
        made["period"] = own | {"range": dict(quick.period)}
    owned = _has_owner(made.get("root"))
    if quick.owner is not None and owned:
        made["where"] = _narrowed(made.get("where"), _leaf(quick.owner))
    return Overlaid(
        made,
        keeps_period=quick.period is not None and locked,
        keeps_owner=quick.owner is not None and not owned,
    )


def _has_owner(root: Any) -> bool:
    try:
        return _OWNER in registry.get(str(root)).fields
    except UnknownObject:
        return False


def _leaf(owner: str | int) -> dict[str, Any]:
    if isinstance(owner, int):
        return {"field": _OWNER, "op": "in", "value": [owner]}
    return {"field": _OWNER, "op": owner}


def _narrowed(where: Any, leaf: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(where, Mapping) or not where:
        return {"all": [leaf]}
    if set(where) == {"all"} and isinstance(where["all"], list):
        return {"all": [*where["all"], leaf]}
    return {"all": [dict(where), leaf]}
