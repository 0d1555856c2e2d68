"""Keeping views: save, change, duplicate, share, delete, pin.

A view gives nobody a right: whoever opens it sees of its list what she may see anyway.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.lib import clock
from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.records.saved.models import Audience, ListPreference, SavedView
from headwater.records.saved.settings import read_settings
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.users.notices import notify_shared

_OBJECT = "view"
MAX_NAME = 120


def find_views(actor: Actor, object_name: str | None = None) -> QuerySet[SavedView]:
    """Return the views that the actor may open: her own, her team's, everybody's."""
    found = SavedView.objects.select_related("owner")
    if object_name is not None:
        found = found.filter(object=object_name)
    if actor.is_system:
        return found
    return found.filter(_open_to(actor.user_id, actor.user.team_id if actor.user else None))


def _open_to(user_id: int | None, team_id: int | None, prefix: str = "") -> Q:
    mine = Q(**{f"{prefix}owner": user_id})
    everybody = Q(**{f"{prefix}audience": Audience.EVERYBODY})
    if team_id is None:
        return mine | everybody
    return mine | everybody | Q(**{f"{prefix}audience": Audience.TEAM, f"{prefix}owner__team": team_id})


def get_view(actor: Actor, pk: Any, object_name: str | None = None) -> SavedView:
    """Return a view. Raises NotFound when there is none that the actor may open, or of another object."""
    number = id_or_none(pk)
    view = find_views(actor, object_name).filter(pk=number).first() if number else None
    if view is None or rights.scope(actor, view.object, Action.SEE) == "none":
        raise NotFound(_OBJECT, pk)
    return view


def may_change(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may change, share or delete a view that she may open."""
    return view.owner_id == actor.user_id or rights.is_administrator(actor)


@transaction.atomic
def save_view(
    actor: Actor,
    object_name: str,
    *,
    name: str,
    settings: Mapping[str, Any],
    audience: str = Audience.PRIVATE,
    pinned: bool = False,
) -> SavedView:
    """Save a list as a new view of the actor's own. Raises Invalid, and Forbidden without the right."""
    if actor.user is None:
        raise Forbidden(Action.CREATE, _OBJECT)
    rights.require(actor, object_name, Action.SEE)
    now = clock.now()
    view = SavedView(object=object_name, owner=actor.user, created_at=now)
    _apply(actor, view, name, settings, audience)
    if pinned:
        pin_view(actor, view.pk)
    return view


@transaction.atomic
def update_view(
    actor: Actor,
    pk: Any,
    *,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    audience: str | None = None,
) -> SavedView:
    """Rename a view, share it, or give it other settings; None leaves a thing as it is.

    New settings take in what the actor dragged for herself. Raises NotFound, Forbidden, Invalid.
    """
    view = _changeable(actor, pk)
    _apply(
        actor,
        view,
        view.name if name is None else name,
        settings,
        view.audience if audience is None else audience,
    )
    if settings is not None:
        forget_layout(actor, view.object, view)
    return view


def duplicate_view(actor: Actor, pk: Any, *, name: str | None = None) -> SavedView:
    """Save a copy as the actor's own, shared with nobody. What no longer means anything is left out."""
    view = get_view(actor, pk)
    copied = name if name is not None else _("Copy of %(name)s") % {"name": view.name}
    settings, _problems = read_settings(view.object, view.settings)
    return save_view(actor, view.object, name=copied[:MAX_NAME], settings=settings.to_json())


def delete_view(actor: Actor, pk: Any) -> None:
    """Delete a view; its records are untouched. Raises NotFound and Forbidden."""
    _changeable(actor, pk).delete()


def _changeable(actor: Actor, pk: Any) -> SavedView:
    view = get_view(actor, pk)
    if not may_change(actor, view):
        raise Forbidden(Action.EDIT, _OBJECT)
    return view


def _apply(
    actor: Actor, view: SavedView, name: object, settings: Mapping[str, Any] | None, audience: object
) -> None:
    errors = []
    view.name = " ".join(str(name).replace("\x00", "").split()) if isinstance(name, str) else ""
    if not view.name:
        errors.append(FieldError("name", "required", _("Give the view a name.")))
    elif len(view.name) > MAX_NAME:
        message = _("Use at most %(limit)d characters.") % {"limit": MAX_NAME}
        errors.append(FieldError("name", "too_long", message))
    if audience not in Audience.values:
        errors.append(FieldError("audience", "bad_value", _("Say private, team or everybody.")))
    elif audience == Audience.TEAM and view.owner.team_id is None:
        message = _("The owner of this view is in no team to share it with.")
        errors.append(FieldError("audience", "no_team", message))
    if settings is not None:
        read, problems = read_settings(view.object, settings)
        errors += [FieldError(p.at, p.code, p.message) for p in problems]
        view.settings = read.to_json()
        if not _is_storable(view.settings):
            message = _("This text contains broken characters.")
            errors.append(FieldError("settings", "not_text", message))
    if errors:
        raise Invalid(errors)
    is_new_to_team = audience == Audience.TEAM and view.audience == Audience.PRIVATE
    view.audience = str(audience)
    view.updated_at = clock.now()
    view.save()
    if is_new_to_team:
        _tell_team(actor, view)


def _tell_team(actor: Actor, view: SavedView) -> None:
    """Tell the owner's team that a view is theirs too; those who may not see its list hear nothing."""
    members = User.objects.filter(team=view.owner.team_id, is_active=True).exclude(pk=view.owner_id)
    readers = [user for user in members if rights.scope(Actor(user), view.object, Action.SEE) != "none"]
    address = reverse("list", args=[registry.get(view.object).slug])
    notify_shared(actor, readers, view.name, f"{address}?view={view.pk}")


def _is_storable(settings: dict[str, Any]) -> bool:
    """Whether both databases can hold the JSON: no NUL, no half of a character."""
    try:
        written = json.dumps(settings, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return b"\\u0000" not in written


def preferences_of(actor: Actor, object_name: str) -> tuple[ListPreference, ...]:
    """Return what the actor made of an object's lists, the views she may still open beside it."""
    team = actor.user.team_id if actor.user else None
    return _preferences(actor.user_id, team, object_name)


@shared
def _preferences(user_id: int | None, team_id: int | None, object_name: str) -> tuple[ListPreference, ...]:
    found = ListPreference.objects.filter(user=user_id, object=object_name).select_related("view__owner")
    known = found.filter(Q(view__isnull=True) | _open_to(user_id, team_id, "view__"))
    return tuple(sorted(known, key=_pinned_first))


def _pinned_first(preference: ListPreference) -> tuple[bool, float, int]:
    at = preference.pinned_at
    return at is None, at.timestamp() if at else 0.0, preference.pk


def default_view(actor: Actor, object_name: str) -> SavedView | None:
    """Return the view with which the actor's list of an object opens."""
    return next((p.view for p in preferences_of(actor, object_name) if p.is_default), None)


def layout_of(actor: Actor, object_name: str, view: SavedView | None) -> ListPreference | None:
    """Return what the actor dragged in a list and did not save."""
    number = view.pk if view else None
    return next((p for p in preferences_of(actor, object_name) if p.view_id == number), None)


def pin_view(actor: Actor, pk: Any, *, pinned: bool = True) -> SavedView:
    """Keep a view among the actor's tabs, or take it away. Raises NotFound."""
    view = get_view(actor, pk)
    _remember(actor, view.object, view, pinned_at=clock.now() if pinned else None)
    return view


@transaction.atomic
def set_default_view(actor: Actor, object_name: str, view: SavedView | None) -> None:
    """Open the actor's list of an object with a view from now on, or with the plain list again."""
    rights.require(actor, object_name, Action.SEE)
    ListPreference.objects.filter(user=actor.user_id, object=object_name, is_default=True).update(
        is_default=False
    )
    if view is not None:
        _remember(actor, object_name, view, is_default=True)


def set_layout(
    actor: Actor,
    object_name: str,
    view: SavedView | None,
    *,
    columns: Sequence[str] | None = None,
    widths: Mapping[str, int] | None = None,
) -> None:
    """Remember columns in their order, or widths in pixels, for this actor only; None leaves a thing."""
    rights.require(actor, object_name, Action.SEE)
    given = {"columns": list(columns or ()), "widths": dict(widths or {})}
    settings, problems = read_settings(object_name, given)
    if problems:
        raise Invalid([FieldError(p.at, p.code, p.message) for p in problems])
    values: dict[str, Any] = {}
    if columns is not None:
        values["columns"] = list(settings.columns)
    if widths is not None:
        values["widths"] = dict(settings.widths)
    _remember(actor, object_name, view, **values)


def forget_layout(actor: Actor, object_name: str, view: SavedView | None) -> None:
    """Show a list as its view has it again."""
    if layout_of(actor, object_name, view) is not None:
        _remember(actor, object_name, view, columns=[], widths={})


def _remember(actor: Actor, object_name: str, view: SavedView | None, **values: Any) -> None:
    if actor.user is None:
        raise Forbidden(Action.EDIT, _OBJECT)
    ListPreference.objects.update_or_create(user=actor.user, object=object_name, view=view, defaults=values)
