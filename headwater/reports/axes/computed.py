"""Dimensions that no single column holds, registered by the rooms that know how to compute them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from headwater.metadata import registry
from headwater.metadata.context import FilterContext

Tree = dict[str, Any]


@dataclass(frozen=True)
class Computed:
    """A text that is computed from several fields of a record.

    ``value`` gives the SQL of the group's key, "" or NULL for none, and ``spelling`` the SQL of
    the text as people wrote it. ``condition`` says in the language of lists which records have
    one of some keys; ``none`` which have none. Both must agree with ``value`` to the record.
    ``links`` are the objects the computation looks into, ``fields`` those of the record's that it
    uses: whoever does not have one of them does not have the dimension.
    """

    object_name: str
    key: str
    label: str | Promise
    value: Callable[[FilterContext], Combinable]
    spelling: Callable[[FilterContext], Combinable]
    condition: Callable[[Sequence[str]], Tree]
    none: Callable[[], Tree]
    links: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the present reader has every field that is used."""
        known = registry.get(self.object_name).fields
        return all(key in known for key in self.fields)


_computed: dict[tuple[str, str], Computed] = {}


def register_computed(computed: Computed) -> None:
    """Offer a computed dimension to every report of its object."""
    _computed[computed.object_name, computed.key] = computed


def find_computed(object_name: str, key: str) -> Computed | None:
    """Return a computed dimension by its key, bare or with the object's name before it."""
    found = _computed.get((object_name, key.removeprefix(f"{object_name}.")))
    return found if found and found.is_open else None


def computed_of(object_name: str) -> list[Computed]:
    """Return the computed dimensions of an object."""
    return [c for (owner, _key), c in _computed.items() if owner == object_name and c.is_open]
