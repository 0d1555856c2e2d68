"""The shape every axis has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.db.models import Case, F, Q, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.metadata import registry
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.paths import Path

Tree = dict[str, Any]
Key = Any
"""What names a group: a choice, a number, a date, a text, True; None for no value, OTHER for the rest."""


class _Other:
    """The group of everything that is not shown by itself."""

    def __repr__(self) -> str:
        return "OTHER"


OTHER: Final = _Other()
NOBODY: Final[Tree] = {"any": []}
"""The filter that no record meets."""


class Axis:
    """One dimension bound to a reader.

    ``expression`` is the SQL by which records are grouped; the database's value is *raw*, and
    ``keys`` says which groups it belongs to. Raw values divide the records without overlap;
    groups may overlap (``overlaps``). ``unbounded`` axes can have as many groups as there are
    records, so the database picks the largest. The filters of ``tree`` and ``none_tree`` find
    exactly the records of the groups, in the language of lists.
    """

    unbounded: ClassVar[bool] = False
    overlaps: ClassVar[bool] = False

    def __init__(self, path: Path, context: FilterContext) -> None:
        self.path, self.context = path, context

    def expression(self) -> Combinable:
        return guarded(self.path, self.context, F(column(self.path)))

    def spelling(self) -> Combinable | None:
        """Return the SQL of the text as written, where the group's key is a folded form of it."""
        return None

    def keys(self, raw: Any) -> tuple[Key, ...]:
        return (raw,)

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        """Return labels of real groups in their natural order."""
        raise NotImplementedError

    def tree(self, keys: Sequence[Key]) -> Tree:
        """Return the filter for the records of some real groups."""
        return {"field": self.path.key, "op": "in", "value": [self.to_json(key) for key in keys]}

    def none_tree(self) -> Tree:
        """Return the filter for the records without a value."""
        return {"field": self.path.key, "op": "empty"}

    def to_json(self, key: Key) -> Any:
        return key

    def read(self, word: Any) -> Key:
        """Return the key that a program sent. Raises BadValue."""
        if isinstance(word, str):
            return word
        raise BadValue("bad_key", _("This is not a group of the report."))

    def groups(self, keys: Collection[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        """Return the labels of groups in their order: real ones, then Other, then those without a value."""
        real = [key for key in keys if key is not None and key is not OTHER]
        labels = self.labeled(real, spelled)
        if OTHER in keys:
            labels[OTHER] = pgettext("the smaller groups", "Other")
        if None in keys:
            labels[None] = _("(none)")
        return labels

    def filter_for(self, keys: Iterable[Key]) -> Tree:
        """Return the filter for the records of groups, the one without a value included."""
        wanted = list(keys)
        real = [key for key in wanted if key is not None]
        trees = [self.tree(real)] if real else []
        if None in wanted:
            trees.append(self.none_tree())
        return trees[0] if len(trees) == 1 else {"any": trees}

    def other_tree(self, shown: Sequence[Key], rest: Sequence[Key]) -> Tree:
        """Return the filter for Other: neither one of the groups shown nor without a value."""
        return {"none": [self.filter_for([*shown, None])]}


def column(path: Path) -> str:
    """Return the ORM's name of the column that holds a path's value."""
    return "__".join([*(hop.attname for hop in path.hops), path.field.id_attname])


def seen_q(path: Path, context: FilterContext) -> Q:
    """Return the condition under which the reader may look through a path's links; empty for always."""
    seen = Q()
    for object_name, prefix in path.prefixes:
        if registry.get(object_name).is_record:
            seen &= Q(**{f"{prefix}pk__isnull": False}) & context.visible(object_name, prefix)
    return seen


def guarded(path: Path, context: FilterContext, value: Combinable) -> Combinable:
    """Return a value that is NULL where the reader may not see the record it comes from."""
    seen = seen_q(path, context)
    return Case(When(seen, then=value)) if seen else value
