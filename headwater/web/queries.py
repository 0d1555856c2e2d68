"""The state of a list, as its address holds it.

A list shows a saved view, or the plain list. The address names the view and what differs from
it, so the address of an unchanged view is short and stays true when the view is changed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from headwater.lib.numbers import whole_number
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.filters import Filter, parse_filter
from headwater.metadata.objects import ObjectType
from headwater.records.saved import services as saved
from headwater.records.saved.models import ListPreference, SavedView
from headwater.records.saved.settings import (
    DEFAULT_SORT,
    DISPLAYS,
    MAX_COLUMNS,
    PLAIN,
    ViewSettings,
    figures_of,
    read_settings,
)
from headwater.users.actor import Actor
from headwater.web.addresses import url
from headwater.web.objects import listable, record_address

PLAIN_VIEW = "all"
"""The word for the list without a view, where a person's list opens with one."""


@dataclass(frozen=True)
class OpenView:
    """A saved view that a list shows: its settings, and what of them no longer means anything."""

    saved: SavedView
    settings: ViewSettings
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListQuery:
    """``tree`` is the filter as JSON, None for none; ``columns`` empty means the object's own choice.

    ``group`` is a field with its grain, ``opened`` the groups whose records are shown; ``lanes`` is the
    field of the board. ``layout`` is what the reader dragged for herself and did not save.
    """

    entry: ObjectType
    tree: dict[str, Any] | None = None
    sort: tuple[str, ...] = DEFAULT_SORT
    columns: tuple[str, ...] = ()
    after: str | None = None
    search: str = ""
    exact: bool = False
    group: str = ""
    opened: tuple[str, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    display: str = "list"
    lanes: str = ""
    view: OpenView | None = None
    layout: ListPreference | None = None
    has_default: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        return self.columns or self.entry.list_columns

    @property
    def settings(self) -> ViewSettings:
        """What a view saved now would hold."""
        return ViewSettings(
            filter=self.tree,
            sort=self.sort,
            columns=self.columns,
            widths=self.widths,
            group=self.group,
            totals=self.totals,
            display=self.display,
            lanes=self.lanes,
        )

    @property
    def saved(self) -> ViewSettings:
        """What the view holds; a plain list's when no view is open."""
        return self.view.settings if self.view else PLAIN

    @property
    def widths(self) -> Mapping[str, int]:
        return {**self.saved.widths, **(self.layout.widths if self.layout else {})}

    @property
    def is_changed(self) -> bool:
        """Whether saving would change the view."""
        now, then = _words(self.entry, self.settings), _words(self.entry, self.saved)
        return now != then or dict(self.widths) != dict(self.saved.widths)

    def unchanged(self) -> "ListQuery":
        """Return the list as its view has it."""
        base = self.saved
        return ListQuery(
            self.entry,
            tree=base.filter,
            sort=base.sort,
            columns=base.columns,
            group=base.group,
            totals=base.totals,
            display=base.display,
            lanes=base.lanes,
            view=self.view,
            has_default=self.has_default,
        )

    def _implied(self) -> dict[str, str]:
        """Return what an address need not say."""
        saved = self.saved
        if self.layout and self.layout.columns:
            saved = replace(saved, columns=tuple(self.layout.columns))
        return _words(self.entry, saved)

    def parameters(self, without: tuple[str, ...] = ()) -> dict[str, str]:
        """Return what differs from the view, or from the plain list; ``without`` leaves words out."""
        implied = self._implied()
        words = _words(self.entry, self.settings)
        found = {key: word for key, word in words.items() if word != implied[key] and key not in without}
        others = {
            "q": self.search,
            "after": self.after or "",
            "count": "exact" if self.exact else "",
            "view": str(self.view.saved.pk) if self.view else "",
        }
        found |= {key: word for key, word in others.items() if word and key not in without}
        if not found and self.has_default:
            found["view"] = PLAIN_VIEW
        return found

    def encoded(self) -> str:
        return urlencode(self.parameters())

    def holds(self) -> str:
        """Return what decides which records are in the list: the same on every page and in every order."""
        shape = ("after", "count", "sort", "columns", "totals", "group", "display", "lanes")
        return urlencode(self.parameters(shape))

    def url(self, **changes: Any) -> str:
        """Return the address of the list with some of its state changed; it starts at the first page."""
        changed = replace(self, **({"after": None, "exact": False} | changes))
        query = changed.encoded()
        if changed.opened:
            query = "&".join(
                part for part in (query, urlencode({"open": changed.opened}, doseq=True)) if part
            )
        address = url("list", self.entry.slug)
        return f"{address}?{query}" if query else address

    def record_address(self) -> Callable[[int], str]:
        """Return how to address records so that they know the list they were opened from."""
        shape = ("columns", "totals", "display", "lanes", "group")
        known = replace(self, after=None, exact=False).parameters(shape)
        came_from = urlencode({"list": urlencode(known)})
        address = record_address(self.entry)
        return lambda pk: f"{address(pk)}?{came_from}"

    def record_url(self, pk: int) -> str:
        """Return the address of one record, which knows the list."""
        return self.record_address()(pk)

    def parsed(self) -> Filter:
        return parse_filter(self.entry.name, self.tree)


def _words(entry: ObjectType, settings: ViewSettings) -> dict[str, str]:
    """Write settings as words of an address; "" for what is as in a plain list."""
    tree = settings.filter
    return {
        "filter": json.dumps(tree, separators=(",", ":"), ensure_ascii=False) if tree else "",
        "sort": ",".join(settings.sort) if settings.sort != DEFAULT_SORT else "",
        "columns": ",".join(settings.columns) if settings.columns != entry.list_columns else "",
        "group": settings.group,
        "totals": ",".join(f"{key}:{figure}" for key, figure in settings.totals.items()),
        "display": settings.display if settings.display != "list" else "",
        "lanes": settings.lanes,
    }


def read_tree(text: str) -> dict[str, Any] | None:
    """Read a filter of an address. Raises FilterError when it is not JSON."""
    if not text:
        return None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        message = _("The filter in the address is not readable.")
        raise FilterError([Problem("filter", "not_json", message)]) from None
    return tree or None


def open_view(actor: Actor, entry: ObjectType, word: str) -> OpenView | None:
    """Return the view that an address names, if any. Raises NotFound."""
    if not word or word == PLAIN_VIEW:
        return None
    known = {p.view.pk: p.view for p in saved.preferences_of(actor, entry.name) if p.view}
    view = known.get(whole_number(word) or 0)
    return as_open(view or saved.get_view(actor, word, entry.name))


def as_open(view: SavedView) -> OpenView:
    """Read what a view holds, as far as it still means something."""
    settings, problems = read_settings(view.object, view.settings)
    return OpenView(view, settings, tuple(problem.message for problem in problems))


def read_query(actor: Actor, entry: ObjectType, data: QueryDict) -> ListQuery:
    """Read the state of a list from an address; without one, the reader's own beginning.

    Raises FilterError for words that mean nothing and NotFound for a view that is not hers to open.
    """
    first = saved.default_view(actor, entry.name)
    word = data.get("view", "")
    if first and not data.keys() & {"view", "q", "after", "count", *_words(entry, PLAIN)}:
        word = str(first.pk)
    view = open_view(actor, entry, word)
    layout = saved.layout_of(actor, entry.name, view.saved if view else None)
    base = view.settings if view else PLAIN
    known = {found.key for found in listable(entry)}
    implied = tuple(layout.columns) if layout and layout.columns else base.columns
    columns = tuple(key for key in _listed(data, "columns", implied) if key in known)[:MAX_COLUMNS]
    return ListQuery(
        entry=entry,
        tree=read_tree(data.get("filter", "")) if "filter" in data else base.filter,
        sort=_listed(data, "sort", base.sort)[:3] or DEFAULT_SORT,
        columns=columns,
        after=data.get("after") or None,
        search=data.get("q", "").strip()[:200],
        exact=data.get("count") == "exact",
        group=data.get("group", base.group)[:100],
        opened=tuple(dict.fromkeys(data.getlist("open")))[:50],
        totals=_read_totals(entry, ",".join(data.getlist("totals"))) if "totals" in data else base.totals,
        display=_one_of(DISPLAYS, data.get("display", base.display)),
        lanes=data.get("lanes", base.lanes)[:60],
        view=view,
        layout=layout,
        has_default=first is not None,
    )


def _listed(data: QueryDict, name: str, implied: tuple[str, ...]) -> tuple[str, ...]:
    if name not in data:
        return implied
    return tuple(dict.fromkeys(word for word in ",".join(data.getlist(name)).split(",") if word))


def _one_of(known: tuple[str, ...], word: str) -> str:
    return word if word in known else known[0]


def _read_totals(entry: ObjectType, text: str) -> dict[str, str]:
    """Read ``value:sum,created_at:min``. Raises FilterError."""
    found = {}
    for part in text.split(","):
        key, _colon, figure = part.partition(":")
        if not part:
            continue
        if key not in entry.fields or figure not in figures_of(entry.fields[key]):
            message = _("“%(word)s” is not a total of this list.") % {"word": part[:100]}
            raise FilterError([Problem("totals", "unknown_total", message)])
        found[key] = figure
    return found
