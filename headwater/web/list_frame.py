"""What stands around the rows of every list: tabs of views, conditions, what is not saved."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata import registry
from headwater.metadata.filters import Filter
from headwater.metadata.filters.nodes import Group
from headwater.records.context import filter_context
from headwater.records.saved import services as saved
from headwater.users.actor import Actor
from headwater.web.addresses import url
from headwater.web.lanes import lane_fields
from headwater.web.objects import listable
from headwater.web.queries import ListQuery


@dataclass(frozen=True)
class Tab:
    """A view above the list."""

    label: str
    href: str
    current: bool


def tabs(actor: Actor, query: ListQuery) -> list[Tab]:
    """Return the plain list, the pinned views, and the view that is open."""
    entry = query.entry
    plain = ListQuery(entry, has_default=query.has_default)
    label = _("All %(objects)s") % {"objects": str(entry.label_plural).lower()}
    found = [Tab(label, plain.url(), query.view is None)]
    views = [p.view for p in saved.preferences_of(actor, entry.name) if p.view and p.pinned_at]
    if query.view and query.view.saved not in views:
        views.append(query.view.saved)
    current = query.view.saved.pk if query.view else None
    address = url("list", entry.slug)
    return found + [Tab(view.name, f"{address}?view={view.pk}", view.pk == current) for view in views]


def chips(actor: Actor, query: ListQuery, parsed: Filter) -> list[dict[str, str]]:
    """Return each condition of the filter's top: what it says, where it is edited, the list without it."""
    context = filter_context(actor)
    root = parsed.root
    assert isinstance(root, Group)
    conditions = [node.to_json() for node in root.children]
    found = []
    for at, node in enumerate(root.children):
        others = conditions[:at] + conditions[at + 1 :]
        found.append(
            {"label": node.sentence(context), "without": query.url(tree={"all": others} if others else None)}
        )
    return found


@lru_cache(maxsize=256)
def _other_columns(
    object_name: str, offered: tuple[str, ...], shown: tuple[str, ...], language: str | None
) -> Markup:
    """Return the tick boxes of the columns that are not shown, in the reader's language.

    Some sixty for a lead and the same for everybody who has the same fields, so they are written once.
    """
    entry = registry.get(object_name)
    hidden = [entry.fields[key] for key in offered if key not in (entry.title_key, *shown)]
    box = '<label class="menu-item"><input type="checkbox" name="columns" value="{}"> {}</label>'
    return Markup("").join(Markup(box).format(field.key, field.label) for field in hidden)  # noqa: S704


def _switch_url(query: ListQuery) -> str:
    """Return the address of the list as a board, or of the board as a list; "" where there is no board."""
    if query.display == "board":
        return query.url(display="list", opened=())
    return query.url(display="board", opened=()) if lane_fields(query.entry) else ""


def frame(actor: Actor, query: ListQuery) -> dict[str, Any]:
    """Return what the templates around every list need."""
    entry = query.entry
    encoded = query.encoded()
    return {
        "entry": entry,
        "query": query,
        "tabs": tabs(actor, query),
        "may_save": query.view is not None and saved.may_change(actor, query.view.saved),
        "may_create": scope(actor, entry.name, Action.CREATE) != Scope.NONE,
        "may_import": scope(actor, entry.name, Action.IMPORT) != Scope.NONE,
        "other_columns": _other_columns(
            entry.name, tuple(field.key for field in listable(entry)), query.shown, get_language()
        ),
        "filter_url": f"{url('filter', entry.slug)}?{encoded}",
        "views_url": f"{url('views', entry.slug)}?{encoded}",
        "display_url": f"{url('list_display', entry.slug)}?{encoded}",
        "switch_url": _switch_url(query),
        "save_url": f"{url('new_view', entry.slug)}?{encoded}",
    }
