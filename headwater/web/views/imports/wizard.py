"""What the steps of an import share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.transfer import services
from headwater.transfer.models import ChangeSet, ImportRun
from headwater.users.actor import Actor
from headwater.web.shell import actor_of, menu_objects

RunView = Callable[[HttpRequest, ImportRun], HttpResponseBase]
State = ImportRun.State


@dataclass(frozen=True)
class Step:
    """A step as the bar above shows it; ``href`` is empty where one cannot go."""

    label: str
    href: str
    is_current: bool
    is_done: bool


def importable(actor: Actor) -> list[ObjectType]:
    """Return the objects that the reader may import, in the order of the menu."""
    entries = [*menu_objects(), *(entry for entry in registry.objects() if not entry.in_menu)]
    return [entry for entry in entries if scope(actor, entry.name, Action.IMPORT) != Scope.NONE]


def is_busy(run: ImportRun) -> bool:
    return run.state in services.BUSY


def has_run(run: ImportRun) -> bool:
    """Say whether the import was started for good: from then on it can only be looked at and undone."""
    return run.change_set_id is not None


def may_undo(run: ImportRun) -> bool:
    """Say whether the import wrote something that can still be taken back."""
    change_set = run.change_set
    if (
        change_set is None
        or is_busy(run)
        or change_set.state not in (ChangeSet.State.OPEN, ChangeSet.State.DONE)
    ):
        return False
    return bool(run.counts.get("created") or run.counts.get("updated"))


def address_of(run: ImportRun) -> str:
    """Return the page on which an import stands now."""
    if has_run(run):
        return reverse("import", args=[run.pk])
    if run.state == State.DRAFT:
        return reverse("import_columns", args=[run.pk])
    return reverse("import_check", args=[run.pk])


def steps_of(run: ImportRun | None, current: str) -> list[Step]:
    """Return the five steps; those behind can be gone back to until the import has run."""
    labels = {
        "upload": _("Upload"),
        "columns": _("Columns"),
        "values": _("Values"),
        "check": _("Check"),
        "import": pgettext("verb", "Import"),
    }
    keys = list(labels)
    at = keys.index(current)
    closed = run is None or has_run(run) or is_busy(run)
    steps = []
    for place, key in enumerate(keys):
        known = run is not None and key in ("columns", "values") and place < at and not closed
        href = reverse(f"import_{key}", args=[run.pk]) if known and run else ""
        done = place < at or (
            key == "import" and run is not None and run.finished_at is not None and has_run(run)
        )
        steps.append(Step(labels[key], href, key == current, done))
    return steps


def context_of(run: ImportRun, step: str, **more: Any) -> dict[str, Any]:
    """Return what the templates of all steps read."""
    return {"run": run, "entry": registry.get(run.object), "steps": steps_of(run, step), **more}


def in_preparation(view: RunView) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """Give the view an import that can still be changed; any other leads to the page where it stands."""

    @wraps(view)
    def load(request: HttpRequest, pk: int) -> HttpResponseBase:
        run = services.get_import(actor_of(request), pk)
        return redirect(address_of(run)) if has_run(run) or is_busy(run) else view(request, run)

    return load


def state_of(run: ImportRun) -> tuple[str, str]:
    """Return the state of an import in words, and its color."""
    if run.change_set is not None and run.change_set.state in (
        ChangeSet.State.UNDOING,
        ChangeSet.State.UNDONE,
    ):
        undone = run.change_set.state == ChangeSet.State.UNDONE
        return (_("Undone"), "") if undone else (_("Being undone"), "orange")
    if run.dry_run and not has_run(run):
        rehearsal = {
            State.QUEUED: (_("Waiting for its rehearsal"), "azure"),
            State.RUNNING: (_("Being rehearsed"), "azure"),
            State.DONE: (_("Rehearsed, not imported"), "indigo"),
        }
        if run.state in rehearsal:
            return rehearsal[State(run.state)]
    colors = {State.QUEUED: "azure", State.RUNNING: "azure", State.DONE: "green", State.FAILED: "red"}
    return str(State(run.state).label), colors.get(State(run.state), "")
