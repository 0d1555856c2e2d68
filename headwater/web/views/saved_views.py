"""Views of lists: save, change, name, share, pin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Forbidden, Invalid
from headwater.records.saved import services as saved
from headwater.records.saved.models import Audience, SavedView
from headwater.users.actor import Actor
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.queries import ListQuery, as_open, read_query
from headwater.web.shell import actor_of
from headwater.web.views.notices.following import ASSIGNED, FOLLOWED, OWNED


def started(request: HttpRequest, slug: str) -> tuple[Actor, ObjectType]:
    """Return who asks about which object. Raises Forbidden for who may see none of it."""
    actor, entry = actor_of(request), object_or_404(slug)
    require(actor, entry.name, Action.SEE)
    return actor, entry


def _reached(request: HttpRequest, slug: str, pk: int) -> tuple[Actor, ObjectType, SavedView]:
    """Return the view of an address. Raises NotFound, for who has no right at all too."""
    actor, entry = actor_of(request), object_or_404(slug)
    return actor, entry, saved.get_view(actor, pk, entry.name)


def query_of(actor: Actor, entry: ObjectType, request: HttpRequest) -> ListQuery:
    """Return the list that is meant; the plain one when its address means nothing."""
    try:
        return read_query(actor, entry, request.POST if request.method == "POST" else request.GET)
    except FilterError:
        return ListQuery(entry)


def _address(view: SavedView) -> str:
    opened = as_open(view)
    return ListQuery(registry.get(view.object), view=opened).unchanged().url()


def _audiences(actor: Actor) -> list[tuple[str, str]]:
    has_team = actor.user is not None and actor.user.team_id is not None
    return [(key, str(label)) for key, label in Audience.choices if has_team or key != Audience.TEAM]


def ready_lists(entry: ObjectType) -> list[tuple[str, str]]:
    """Return the name and address of lists that everybody has without saving them."""
    words = {"objects": str(entry.label_plural)}
    offered = (
        (_("%(objects)s that I own"), OWNED),
        (_("%(objects)s assigned to me"), ASSIGNED),
        (_("%(objects)s that I follow"), FOLLOWED),
    )
    known = entry.fields.keys() | registry.questions(entry).keys()
    return [
        (label % words, ListQuery(entry, tree={"all": [leaf]}).url())
        for label, leaf in offered
        if leaf["field"] in known
    ]


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """List the views that the reader may open: hers, her team's, everybody's."""
    actor, entry = started(request, slug)
    query = query_of(actor, entry, request)
    views = list(saved.find_views(actor, entry.name))
    preferences = {p.view_id: p for p in saved.preferences_of(actor, entry.name)}
    mine = [view for view in views if view.owner_id == actor.user_id]
    others = [view for view in views if view.owner_id != actor.user_id]
    context = {
        "entry": entry,
        "query": query,
        "ready": ready_lists(entry),
        "groups": [
            (_("Mine"), mine),
            (_("My team's"), [view for view in others if view.audience == Audience.TEAM]),
            (_("Everybody's"), [view for view in others if view.audience != Audience.TEAM]),
        ],
        "pinned": {number for number, p in preferences.items() if p.pinned_at},
        "first": next((number for number, p in preferences.items() if p.is_default), None),
        "changeable": {view.pk for view in views if saved.may_change(actor, view)},
        "current": query.view.saved.pk if query.view else None,
    }
    template = "views/_index.html" if is_fragment(request) else "views/index.html"
    return render(request, template, context)


def _form(
    request: HttpRequest, actor: Actor, entry: ObjectType, title: str, values: dict[str, Any], **more: Any
) -> HttpResponse:
    context = {"entry": entry, "title": title, "action": request.path, "audiences": _audiences(actor)}
    template = "views/_form.html" if is_fragment(request) else "views/form.html"
    status = 422 if more.get("errors") else 200
    return render(request, template, context | values | more, status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask for a name, or save the list of the address as a new view."""
    actor, entry = started(request, slug)
    query = query_of(actor, entry, request)
    state = {"state": query.parameters(), "button": _("Save")}
    title = _("Save as a view")
    if request.method == "GET":
        values = {"name": "", "audience": Audience.PRIVATE.value, "pinned": True}
        return _form(request, actor, entry, title, values, **state)
    values = {
        "name": request.POST.get("name", ""),
        "audience": request.POST.get("audience", Audience.PRIVATE.value),
        "pinned": request.POST.get("pinned") == "true",
    }
    try:
        view = saved.save_view(
            actor,
            entry.name,
            name=str(values["name"]),
            audience=str(values["audience"]),
            pinned=bool(values["pinned"]),
            settings=query.settings.to_json(),
        )
    except Invalid as problem:
        return _form(request, actor, entry, title, values, errors=problem.by_field, **state)
    if query.layout:  # what she dragged is in the new view now
        saved.forget_layout(actor, entry.name, query.view.saved if query.view else None)
    messages.success(request, _("“%(name)s” is saved.") % {"name": view.name})
    return go_to(request, _address(view))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Rename a view and say who may open it."""
    actor, entry, view = _reached(request, slug, pk)
    if not saved.may_change(actor, view):
        raise Forbidden("edit", "view")
    more = {"button": _("Save"), "state": {}}
    title = _("Name and share the view")
    if request.method == "GET":
        return _form(request, actor, entry, title, {"name": view.name, "audience": view.audience}, **more)
    values = {key: request.POST.get(key, "") for key in ("name", "audience")}
    try:
        saved.update_view(actor, pk, name=values["name"], audience=values["audience"])
    except Invalid as problem:
        return _form(request, actor, entry, title, values, errors=problem.by_field, **more)
    messages.success(request, _("Saved."))
    return go_to(request, _address(view))


@require_POST
def update(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Give a view the filter, columns and order of the list as it stands."""
    actor, entry, view = _reached(request, slug, pk)
    query = query_of(actor, entry, request)
    view = saved.update_view(actor, pk, settings=query.settings.to_json())
    messages.success(request, _("“%(name)s” is saved.") % {"name": view.name})
    return go_to(request, _address(view))


@require_POST
def duplicate(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Make a copy that is the reader's own."""
    actor, _entry, _view = _reached(request, slug, pk)
    copy = saved.duplicate_view(actor, pk)
    messages.success(request, _("This is your copy: “%(name)s”.") % {"name": copy.name})
    return go_to(request, _address(copy))


@require_POST
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Delete the view, not its records."""
    actor, entry, view = _reached(request, slug, pk)
    name = view.name
    saved.delete_view(actor, pk)
    messages.success(
        request, _("The view “%(name)s” is deleted; its records are untouched.") % {"name": name}
    )
    return go_to(
        request, ListQuery(entry, has_default=saved.default_view(actor, entry.name) is not None).url()
    )


@require_POST
def pin(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Keep a view among the tabs, or take it away."""
    actor, _entry, view = _reached(request, slug, pk)
    saved.pin_view(actor, pk, pinned=request.POST.get("pinned") == "true")
    return go_to(request, _address(view))


@require_POST
def make_first(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Open the list with this view from now on, or with all records again."""
    actor, entry, view = _reached(request, slug, pk)
    first = request.POST.get("first") == "true"
    saved.set_default_view(actor, entry.name, view if first else None)
    told = (
        _("%(objects)s open with “%(name)s” now.") if first else _("%(objects)s open with all records now.")
    )
    messages.success(request, told % {"objects": entry.label_plural, "name": view.name})
    return go_to(request, _address(view))
