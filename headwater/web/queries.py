"""The state of a list, as its address holds it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.filters import Filter, parse_filter
from headwater.metadata.objects import ObjectType
from headwater.web.objects import listable

DEFAULT_SORT = ("-created_at",)
MAX_COLUMNS = 30


@dataclass(frozen=True)
class ListQuery:
    """``tree`` is the filter as JSON, None for none; ``columns`` empty means the object's own choice."""

    entry: ObjectType
    tree: dict[str, Any] | None = None
    sort: tuple[str, ...] = DEFAULT_SORT
    columns: tuple[str, ...] = ()
    after: str | None = None
    search: str = ""
    exact: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        return self.columns or self.entry.list_columns

    def parameters(self) -> dict[str, str]:
        """Return what differs from the plain list."""
        found = {
            "filter": json.dumps(self.tree, separators=(",", ":"), ensure_ascii=False) if self.tree else "",
            "sort": ",".join(self.sort) if self.sort != DEFAULT_SORT else "",
            "columns": ",".join(self.columns),
            "q": self.search,
            "after": self.after or "",
            "count": "exact" if self.exact else "",
        }
        return {key: value for key, value in found.items() if value}

    def encoded(self) -> str:
        return urlencode(self.parameters())

    def url(self, **changes: Any) -> str:
        """Return the address of the list with some of its state changed; it starts at the first page."""
        changed = replace(self, **({"after": None, "exact": False} | changes))
        query = changed.encoded()
        address = reverse("list", args=[self.entry.slug])
        return f"{address}?{query}" if query else address

    def record_address(self) -> Callable[[int], str]:
        """Return how to address records so that they know the list they were opened from."""
        came_from = urlencode({"list": replace(self, after=None, exact=False, columns=()).encoded()})
        before, _zero, after = reverse("record", args=[self.entry.slug, 0]).rpartition("0")
        return lambda pk: f"{before}{pk}{after}?{came_from}"

    def record_url(self, pk: int) -> str:
        """Return the address of one record, which knows the list."""
        return self.record_address()(pk)

    def parsed(self) -> Filter:
        return parse_filter(self.entry.name, self.tree)


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


def read_query(entry: ObjectType, data: QueryDict) -> ListQuery:
    """Read the state of a list from an address. Raises FilterError for words that mean nothing."""
    known = {field.key for field in listable(entry)}
    asked = ",".join(data.getlist("columns")).split(",")
    columns = tuple(dict.fromkeys(key for key in asked if key in known))[:MAX_COLUMNS]
    sort = tuple(word for word in data.get("sort", "").split(",") if word)[:3]
    return ListQuery(
        entry=entry,
        tree=read_tree(data.get("filter", "")),
        sort=sort or DEFAULT_SORT,
        columns=() if columns == entry.list_columns else columns,
        after=data.get("after") or None,
        search=data.get("q", "").strip()[:200],
        exact=data.get("count") == "exact",
    )
