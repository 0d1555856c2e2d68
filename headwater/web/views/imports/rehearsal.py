"""The fourth step: the whole file is judged in the background, and nothing is written."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from headwater.jobs.services import worker_alive
from headwater.metadata import registry
from headwater.metadata.choices import Choice, lists, with_planned
from headwater.transfer import services
from headwater.transfer.errors import BadOptions, WrongState
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor
from headwater.web.shell import actor_of
from headwater.web.views.imports.changes import Example, show_examples
from headwater.web.views.imports.wizard import State, address_of, context_of, has_run, is_busy


@dataclass(frozen=True)
class NewOptions:
    """Options that the import would add to one list."""

    label: str
    options: list[str]


def rehearse(request: HttpRequest, run: ImportRun) -> HttpResponseBase:
    """Start the rehearsal and lead to its page; what is wrong at once leads back to the columns."""
    actor = actor_of(request)
    try:
        services.start(actor, run.pk, dry_run=True)
    except (BadOptions, FileProblem):
        return redirect("import_columns", run.pk)
    except WrongState as problem:
        messages.error(request, problem.message)
        return redirect(address_of(services.get_import(actor, run.pk)))
    return redirect("import_check", run.pk)


def new_options_of(run: ImportRun) -> list[NewOptions]:
    """Return the options the rehearsal found to be added, by list."""
    labels = {entry.name: str(entry.label) for entry in lists()}
    found: dict[str, list[str]] = {}
    for name, _key, label in run.rehearsal.get("new_options", []):
        found.setdefault(name, []).append(label)
    return [NewOptions(labels.get(name, name), options) for name, options in found.items()]


def _examples(actor: Actor, run: ImportRun) -> dict[str, list[Example]]:
    planned: dict[str, list[Choice]] = {}
    for name, key, label in run.rehearsal.get("new_options", []):
        planned.setdefault(name, []).append(Choice(key, label))
    with with_planned(planned):
        return show_examples(actor, registry.get(run.object), run)


def differences_of(run: ImportRun) -> list[tuple[str, int]]:
    """Return how many records would change in which field, the most first."""
    fields = registry.get(run.object).fields
    counted = run.rehearsal.get("differences", {})
    known = [
        (str(fields[key].label), number)
        for key, number in counted.items()
        if key in fields and fields[key].editable
    ]
    return sorted(known, key=lambda pair: -pair[1])


def _context(actor: Actor, run: ImportRun) -> dict[str, Any]:
    if is_busy(run) or run.state != State.DONE:
        return context_of(run, "check", busy=is_busy(run), worker_alive=worker_alive())
    counts = run.counts
    return context_of(
        run,
        "check",
        busy=False,
        counts=counts,
        good=counts["created"] + counts["updated"],
        examples=_examples(actor, run),
        differences=differences_of(run),
        new_options=new_options_of(run),
    )


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the rehearsal, at work or finished; a post rehearses again."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    if has_run(run) or (run.state == State.DRAFT and request.method == "GET"):
        return redirect(address_of(run))
    if request.method == "POST":
        return rehearse(request, run)
    return render(request, "imports/check.html", _context(actor, run))
