"""Taking an import back, and what was left alone."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from headwater.jobs.models import Job
from headwater.metadata import registry
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.transfer import services
from headwater.transfer.errors import WrongState
from headwater.transfer.models import ChangeSet
from headwater.users.actor import Actor
from headwater.web.htmx import is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.imports.wizard import address_of, context_of, has_run

MOST_SHOWN = 200


@dataclass(frozen=True)
class Conflict:
    """A record that the undo left alone, or some of its fields. ``href`` is empty when it cannot be seen."""

    title: str
    href: str
    fields: str
    reason: str


def conflicts_of(actor: Actor, change_set: ChangeSet) -> list[Conflict]:
    """Return what was left alone, the first of it."""
    stored = change_set.conflicts[:MOST_SHOWN]
    entry = registry.get(change_set.object)
    titles = titles_of(entry.name, [each["record_id"] for each in stored], filter_context(actor))
    found = []
    for each in stored:
        number = each["record_id"]
        labels = [str(entry.fields[key].label) for key in each["fields"] if key in entry.fields]
        href = reverse("record", args=[entry.slug, number]) if number in titles else ""
        title = titles.get(number) or f"{entry.label} {number}"
        found.append(Conflict(title, href, ", ".join(labels), each["reason"]))
    return found


def _job_of(change_set: ChangeSet) -> Job | None:
    return Job.objects.filter(pk=change_set.undo_job_id or 0).first()


def undo_context(actor: Actor, change_set: ChangeSet | None) -> dict[str, Any]:
    """Return how far the undo is, or what came of it; nothing while there is none."""
    if change_set is None or change_set.state not in (ChangeSet.State.UNDOING, ChangeSet.State.UNDONE):
        return {"undo": None}
    job = _job_of(change_set)
    stopped = change_set.state == ChangeSet.State.UNDOING and (job is None or job.is_finished)
    return {
        "undo": change_set,
        "undo_progress": job.progress if job else 0,
        "undo_stopped": stopped,
        "undo_counts": {"deleted": 0, "restored": 0, "gone": 0, "conflicts": 0} | change_set.undo_counts,
        "conflicts": conflicts_of(actor, change_set) if change_set.state == ChangeSet.State.UNDONE else [],
    }


def is_undoing(context: dict[str, Any]) -> bool:
    """Say whether an undo is at work."""
    change_set = context["undo"]
    return bool(change_set and change_set.state == ChangeSet.State.UNDOING and not context["undo_stopped"])


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for confirmation; a post takes the import back in the background."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    if not has_run(run) or run.change_set is None:
        return redirect(address_of(run))
    if request.method == "POST":
        try:
            services.undo(actor, run.change_set.pk)
        except WrongState as problem:
            messages.error(request, problem.message)
        return redirect("import", run.pk)
    template = "imports/_undo.html" if is_fragment(request) else "imports/undo.html"
    return render(request, template, context_of(run, "import", counts=run.counts, change_set=run.change_set))
