"""Fields with few values: options, people, links, yes and no."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from headwater.lib.collation import sort_key
from headwater.metadata import registry
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.relations import clean_id
from headwater.metadata.paths import Path
from headwater.metadata.titles import titles_of
from headwater.reports.axes.base import NOBODY, Axis, Key, Tree


class ChoiceAxis(Axis):
    """One option each, in the order of the list."""

    def keys(self, raw: Any) -> tuple[Key, ...]:
        return (raw or None,)

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        wanted = set(keys)
        labels = {
            choice.key: str(choice.label) for choice in self.path.field.choices() if choice.key in wanted
        }
        # An option that is gone keeps its records together under its key.
        return labels | {key: key for key in sorted(wanted - labels.keys())}


class MultiChoiceAxis(ChoiceAxis):
    """Several options each: a record counts in every one of its groups, so they overlap."""

    overlaps: ClassVar[bool] = True

    def keys(self, raw: Any) -> tuple[Key, ...]:
        return tuple(raw) or (None,)

    def tree(self, keys: Sequence[Key]) -> Tree:
        return {"field": self.path.key, "op": "has_any", "value": list(keys)}

    def other_tree(self, shown: Sequence[Key], rest: Sequence[Key]) -> Tree:
        return self.tree(rest) if rest else NOBODY


class LinkAxis(Axis):
    """People, teams and other small tables, by name."""

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        titles = titles_of(self.path.field.target or "", keys, self.context)
        # What the reader may not see keeps its number: it is her record's own value.
        labels = {key: titles.get(key, f"#{key}") for key in keys}
        return dict(sorted(labels.items(), key=lambda group: (sort_key(group[1]), group[0])))

    def read(self, word: Any) -> Key:
        number = None if isinstance(word, bool) else clean_id(word)
        if number is None:
            raise BadValue("bad_key", _("This is not a group of the report."))
        return number


class RecordAxis(LinkAxis):
    """Links to records, of which there may be as many as there are records."""

    unbounded: ClassVar[bool] = True


class BooleanAxis(Axis):
    """Yes and no; no value only where a link on the way is empty."""

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        return {key: _("Yes") if key else _("No") for key in (True, False) if key in keys}

    def tree(self, keys: Sequence[Key]) -> Tree:
        leaves: list[Tree] = [
            {"field": self.path.key, "op": "is_true" if key else "is_false"} for key in keys
        ]
        chosen = leaves[0] if len(leaves) == 1 else {"any": leaves}
        # "No" holds for records without the link too, and they are a group of their own.
        return {"all": [chosen, {"not": self.none_tree()}]} if self.path.hops else chosen

    def none_tree(self) -> Tree:
        return {"field": _presence(self.path), "op": "empty"} if self.path.hops else NOBODY

    def read(self, word: Any) -> Key:
        if isinstance(word, bool):
            return word
        raise BadValue("bad_key", _("Give true or false."))


def _presence(path: Path) -> str:
    """Return a field that is empty exactly when the last link of a path is empty or not seen."""
    link = ".".join(hop.key for hop in path.hops)
    return f"{link}.created_at" if registry.get(path.hops[-1].target or "").is_record else link


def link_axis(path: Path, context: FilterContext) -> Axis:
    """Return the axis of a link: unbounded when it leads to records."""
    bounded = not registry.get(path.field.target or "").is_record
    return LinkAxis(path, context) if bounded else RecordAxis(path, context)
