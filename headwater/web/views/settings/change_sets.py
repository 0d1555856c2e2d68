"""What the pages of large actions over all objects have in common: hand-overs and merges."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from headwater.jobs.models import Job
from headwater.jobs.services import worker_alive
from headwater.metadata import registry
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.errors import NotFound
from headwater.transfer import services
from headwater.transfer.at_work import running_job
from headwater.transfer.errors import WrongState
from headwater.transfer.models import ChangeSet
from headwater.users.actor import Actor
from headwater.web.shell import actor_of


def change_set_of(actor: Actor, pk: int, kind: str) -> ChangeSet:
    """Return a change set of a kind. Raises NotFound."""
    found = services.get_change_set(actor, pk)
    if found.kind != kind:
        raise NotFound("change set", pk)
    return found


def progress_of(actor: Actor, change_set: ChangeSet) -> dict[str, Any]:
    """Return what a page says of how far an action, or its undoing, is."""
    undoing = Job.objects.filter(pk=change_set.undo_job_id or 0, state__in=Job.UNFINISHED).first()
    running = running_job(change_set) or undoing
    is_undone = change_set.state == ChangeSet.State.UNDONE
    return {
        "change_set": change_set,
        "counts": change_set.counts,
        "undo_counts": change_set.undo_counts,
        "running": running,
        "worker_alive": running is None or worker_alive(),
        "failures": _failures(actor, change_set),
        "is_undone": is_undone,
        "may_undo": running is None and not is_undone,
    }


def undo(request: HttpRequest, pk: int, kind: str, *, said: str, page: str) -> HttpResponse:
    """Take a change set of a kind back; its page says ``said``, or why it cannot be. Raises NotFound."""
    actor = actor_of(request)
    change_set_of(actor, pk, kind)
    try:
        services.undo(actor, pk)
    except WrongState as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, said)
    return redirect(page, pk)


def _failures(actor: Actor, change_set: ChangeSet) -> list[tuple[str, str, str]]:
    """Return address, title and reason of each record that stayed."""
    found = []
    for name in dict.fromkeys(each["object"] for each in change_set.failures):
        entry = registry.get(name)
        mine = [each for each in change_set.failures if each["object"] == name]
        titles = titles_of(name, [each["record_id"] for each in mine], filter_context(actor))
        for each in mine:
            pk = each["record_id"]
            found.append((reverse("record", args=[entry.slug, pk]), titles.get(pk, f"#{pk}"), each["reason"]))
    return found
