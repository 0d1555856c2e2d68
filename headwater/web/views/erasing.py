"""Erasing the personal data of a record: what to erase, the rehearsal, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.jobs.services import worker_alive
from headwater.metadata import reading, registry
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.transfer.erasure import plan, report, services
from headwater.transfer.errors import WrongState
from headwater.transfer.models import Erasure
from headwater.users.actor import Actor
from headwater.web.objects import object_or_404, title_of
from headwater.web.shell import actor_of

State = Erasure.State


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask what of a record is to be erased; a post finds out what that would do."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    record = services.find_erasable(actor, entry.name, pk)
    choosable = plan.choosable(entry)  # what she does not have is erased as usual, and not named
    if request.method == "POST":
        ticked = set(request.POST.getlist("field"))
        usual = {field.key: plan.is_erased_unless_kept(field) for field in choosable}
        options = plan.Options(
            keep=tuple(key for key, erased in usual.items() if erased and key not in ticked),
            also=tuple(key for key, erased in usual.items() if not erased and key in ticked),
            comments=request.POST.get("comments") == "true",
            elsewhere=request.POST.get("elsewhere") == "true",
        )
        return redirect("erasure", services.rehearse(actor, entry.name, pk, options).pk)
    context = {
        "entry": entry,
        "record": record,
        "title": title_of(registry.whole(entry.name), record),
        "has_all": not reading.hidden_of(entry.name),
        "always": [field for field in plan.always_erased(entry) if _is_filled(field, record)],
        "choosable": [
            (field, plan.is_erased_unless_kept(field)) for field in choosable if _is_filled(field, record)
        ],
        "unfilled": [
            field.key
            for field in choosable
            if plan.is_erased_unless_kept(field) and not _is_filled(field, record)
        ],
    }
    return render(request, "records/erase.html", context)


def _is_filled(field: Any, record: Any) -> bool:
    return not field.is_empty(field.value_of(record))


@require_safe
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an erasure will do, how far it is, or what it did."""
    return _page(request, services.get_erasure(actor_of(request), pk))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase for good what was rehearsed."""
    actor = actor_of(request)
    try:
        services.confirm(actor, pk, request.POST.get("typed", ""))
    except Invalid as problem:
        return _page(request, services.get_erasure(actor, pk), problem.errors[0].message)
    except WrongState as problem:
        messages.error(request, problem.message)
    return redirect("erasure", pk)


def _page(request: HttpRequest, found: Erasure, error: str = "") -> HttpResponse:
    actor = actor_of(request)
    entry = registry.whole(found.object)
    record = services.find_erasable(actor, found.object, found.record_id)
    working = found.state in (State.REHEARSING, State.ERASING)
    context = {
        "erasure": found,
        "entry": entry,
        "record": record,
        "title": title_of(entry, record),
        "working": working,
        "worker_alive": not working or worker_alive(),
        "erased": _lines(actor, found, report.ERASED),
        "kept": _lines(actor, found, report.KEPT),
        "error": error,
    }
    return render(request, "records/erasure.html", context, status=422 if error else 200)


def _lines(actor: Actor, found: Erasure, outcome: str) -> list[dict[str, Any]]:
    entry = registry.whole(found.object)
    return [
        {"said": report.sentence(entry, line), "place": line["place"], "records": _records(actor, line)}
        for line in report.by_outcome(found.lines, outcome)
    ]


def _records(actor: Actor, line: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return label, address and title of the records that a line names and the reader sees."""
    named: dict[str, list[int]] = {}
    for name, number in line.get("records", []):
        named.setdefault(name, []).append(number)
    found = []
    for name, numbers in named.items():
        entry = registry.get(name)
        titles = titles_of(name, numbers, filter_context(actor))
        found += [
            (str(entry.label), reverse("record", args=[entry.slug, number]), titles[number])
            for number in numbers
            if number in titles
        ]
    return found
