"""Who reads: the fields of the dictionary that one reader does not have.

While a reader is set, the dictionary answers as if her hidden fields did not exist, and says of
those she may not change that they cannot be edited. So lists, filters, forms, imports, exports,
reports and the API follow without asking. What the product itself does with a record takes
``registry.whole``. Nobody set means the product itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TypeVar

from headwater.metadata.objects import ObjectType

T = TypeVar("T")
Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Limits:
    """Fields by object that a reader does not have, and those that she may not change."""

    hidden: Keys
    locked: Keys
    _made: dict[str, tuple[ObjectType, ObjectType]] = field(default_factory=dict, compare=False, repr=False)

    def narrow(self, entry: ObjectType) -> ObjectType:
        """Return an object as this reader has it."""
        name = entry.name
        if name not in self.hidden and name not in self.locked and not self._loses_collection(entry):
            return entry
        known = self._made.get(name)
        if known is None or known[0] is not entry:
            known = self._made[name] = (entry, self._narrowed(entry))
        return known[1]

    def _loses_collection(self, entry: ObjectType) -> bool:
        return any(c.via in self.hidden.get(c.target, ()) for c in entry.collections.values())

    def _narrowed(self, entry: ObjectType) -> ObjectType:
        hidden = self.hidden.get(entry.name, frozenset())
        locked = self.locked.get(entry.name, frozenset())
        return replace(
            entry,
            fields={
                key: replace(found, editable=False, locked=True) if key in locked else found
                for key, found in entry.fields.items()
                if key not in hidden
            },
            collections={
                key: c
                for key, c in entry.collections.items()
                if c.via not in self.hidden.get(c.target, frozenset())
            },
            sections=tuple(
                replace(section, fields=kept)
                for section in entry.sections
                if (kept := tuple(key for key in section.fields if key not in hidden))
            ),
            off_form=tuple(key for key in entry.off_form if key not in hidden),
            list_columns=tuple(key for key in entry.list_columns if key not in hidden),
            search_keys=tuple(key for key in entry.search_keys if key not in hidden),
            match_keys=tuple(keys for keys in entry.match_keys if not hidden.intersection(keys)),
        )


_limits: ContextVar[Limits | None] = ContextVar("limits", default=None)


def current() -> Limits | None:
    """Return what the present reader does not have; None where nothing is kept from her."""
    return _limits.get()


def hidden_of(name: str) -> frozenset[str]:
    """Return the fields of an object that the present reader does not have."""
    limits = _limits.get()
    return frozenset() if limits is None else limits.hidden.get(name, frozenset())


def become(limits: Limits | None) -> None:
    """Set the reader until the block around ends: for a request whose reader is known late."""
    _limits.set(limits)


@contextmanager
def reading(limits: Limits | None) -> Iterator[None]:
    """Let the dictionary answer as one reader has it until the block ends."""
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


def each_reading(limits: Limits | None, items: Iterator[T]) -> Iterator[T]:
    """Yield what is worked out late, as the reader has it who asked."""
    while True:
        with reading(limits):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item
