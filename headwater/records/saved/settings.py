"""What a saved view holds, read back against a dictionary that may have changed since."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.metadata.errors import FilterError
from headwater.metadata.errors import Problem as Wrong
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field, ObjectType
from headwater.records.ordering import sort_keys

DEFAULT_SORT = ("-created_at",)
MAX_COLUMNS = 30
NARROWEST, WIDEST = 60, 900
"""Pixels of a column."""
DISPLAYS = ("list", "board")


def figures_of(found: Field) -> tuple[str, ...]:
    """Return what a column can be summed up to: every one counts what is filled, numbers also add up."""
    return ("count", *(_FIGURES[word] for word in found.kind.aggregates))


_FIGURES = {"sum": "sum", "avg": "average", "min": "min", "max": "max"}


@dataclass(frozen=True)
class ViewSettings:
    """``columns`` empty means the object's own choice. ``group`` is a field, with ``:month`` or another
    grain behind a date; ``lanes`` the field of the board; ``totals`` a figure by column.
    """

    filter: dict[str, Any] | None = None
    sort: tuple[str, ...] = DEFAULT_SORT
    columns: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    group: str = ""
    totals: Mapping[str, str] = field(default_factory=dict)
    display: str = "list"
    lanes: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what differs from a plain list."""
        found = {
            "filter": self.filter,
            "sort": list(self.sort) if self.sort != DEFAULT_SORT else None,
            "columns": list(self.columns),
            "widths": dict(self.widths),
            "group": self.group,
            "totals": dict(self.totals),
            "display": self.display if self.display != "list" else "",
            "lanes": self.lanes,
        }
        return {key: value for key, value in found.items() if value}


PLAIN = ViewSettings()


def read_settings(object_name: str, data: Any) -> tuple[ViewSettings, list[Wrong]]:
    """Read settings, leaving out what no longer means anything; each such thing is named."""
    entry = registry.get(object_name)
    if not isinstance(data, Mapping):
        return PLAIN, [Wrong("settings", "not_object", _("The settings of a view are a JSON object."))]
    problems: list[Wrong] = [
        Wrong(
            f"settings.{word[:100]}",
            "unknown_setting",
            _("“%(word)s” is no setting of a view.") % {"word": word[:100]},
        )
        for word in data
        if word not in ViewSettings.__dataclass_fields__
    ]
    read = _Reader(entry, data, problems)
    return (
        ViewSettings(
            filter=read.filter(),
            sort=read.sort(),
            columns=tuple(read.fields("columns"))[:MAX_COLUMNS],
            widths=read.by_field("widths", lambda found, value: _width(value)),
            group=read.group(),
            totals=read.by_field("totals", _figure),
            display=read.display(),
            lanes=read.one_field("lanes"),
        ),
        problems,
    )


def _figure(found: Field, word: Any) -> str | None:
    return word if word in figures_of(found) else None


def _width(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return max(NARROWEST, min(value, WIDEST))


@dataclass
class _Reader:
    entry: ObjectType
    data: Mapping[str, Any]
    problems: list[Wrong]

    def _wrong(self, at: str, code: str, message: str) -> None:
        self.problems.append(Wrong(f"settings.{at}", code, message))

    def _gone(self, at: str, word: object) -> None:
        off = rows.known().off.get((self.entry.name, str(word)))
        if off is not None:
            message = _("The field “%(field)s” is switched off.") % {"field": off}
        else:
            message = _("%(objects)s have no field “%(word)s” any more.") % {
                "objects": self.entry.label_plural,
                "word": str(word)[:100],
            }
        self._wrong(at, "unknown_field", message)

    def filter(self) -> dict[str, Any] | None:
        tree = self.data.get("filter")
        if not tree:
            return None
        try:
            return parse_filter(self.entry.name, tree).to_json() or None
        except FilterError as problem:
            self.problems += [Wrong(f"settings.filter.{p.at}", p.code, p.message) for p in problem.problems]
        return self._what_holds(tree)

    def _what_holds(self, tree: Any) -> dict[str, Any] | None:
        """Return the conditions of the top that still mean something."""
        conditions = tree.get("all") if isinstance(tree, dict) and set(tree) == {"all"} else None
        good = []
        for condition in conditions if isinstance(conditions, list) else []:
            try:
                parse_filter(self.entry.name, condition)
            except FilterError:
                continue
            good.append(condition)
        return {"all": good} if good else None

    def sort(self) -> tuple[str, ...]:
        words = self.data.get("sort") or ()
        good = []
        if not isinstance(words, (list, tuple)):
            self._wrong("sort", "not_list", _("Give a list of fields."))
            return DEFAULT_SORT
        for word in words:
            try:
                sort_keys(self.entry.name, [str(word)])
            except FilterError as problem:
                self._wrong("sort", "unknown_sort", problem.problems[0].message)
            else:
                good.append(str(word))
        return tuple(good[:3]) or DEFAULT_SORT

    def fields(self, name: str) -> list[str]:
        words = self.data.get(name) or ()
        if not isinstance(words, (list, tuple)):
            self._wrong(name, "not_list", _("Give a list of fields."))
            return []
        known = [word for word in words if isinstance(word, str) and word in self.entry.fields]
        for word in words:
            if word not in known:
                self._gone(name, word)
        return list(dict.fromkeys(known))

    def by_field(self, name: str, clean: Callable[[Field, Any], Any]) -> dict[str, Any]:
        given = self.data.get(name) or {}
        if not isinstance(given, Mapping):
            self._wrong(name, "not_object", _("Give an object by field."))
            return {}
        found = {}
        for key, value in given.items():
            if key not in self.entry.fields:
                self._gone(name, key)
                continue
            cleaned = clean(self.entry.fields[key], value)
            if cleaned is None:
                message = _("“%(word)s” means nothing here.") % {"word": str(value)[:100]}
                self._wrong(f"{name}.{key}", "bad_value", message)
            else:
                found[key] = cleaned
        return found

    def one_field(self, name: str) -> str:
        word = str(self.data.get(name) or "")
        if word and word not in self.entry.fields:
            self._gone(name, word)
            return ""
        return word

    def group(self) -> str:
        word = str(self.data.get("group") or "")
        if word and word.partition(":")[0] not in self.entry.fields:
            self._gone("group", word.partition(":")[0])
            return ""
        return word

    def display(self) -> str:
        word = self.data.get("display") or "list"
        if word not in DISPLAYS:
            message = _("“%(word)s” means nothing here.") % {"word": str(word)[:100]}
            self._wrong("display", "bad_value", message)
            return "list"
        return str(word)
