"""The list of reports: one's own, those of others, and the shipped ones; in folders, with a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.lib.text import fold
from headwater.metadata.objects import ObjectType
from headwater.reports.catalog import report_types
from headwater.reports.limits import usage_of
from headwater.reports.models import Report
from headwater.reports.presets import Preset
from headwater.reports.services import find_reports, may_change
from headwater.users.actor import Actor
from headwater.web.shell import actor_of


@dataclass(frozen=True)
class Entry:
    """A saved report in the list. ``may_change`` is whether the reader may move, share or delete it."""

    report: Report
    label: str
    may_change: bool


@dataclass(frozen=True)
class Folder:
    """Reports under one name; "" for those in no folder."""

    name: str
    entries: Sequence[Entry]


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List what the reader saved, what others share, and what is shipped; ``q`` narrows all of it."""
    actor = actor_of(request)
    typed = request.GET.get("q", "")[:100]
    words = fold(typed.replace("\x00", "")).split()
    types = report_types(actor)
    labels = {kind.entry.name: str(kind.entry.label_plural) for kind in types}
    entries = [
        Entry(report, labels.get(report.object, report.object), may_change(actor, report))
        for report in find_reports(actor)
    ]
    entries = [entry for entry in entries if _holds(_texts(entry), words)]
    context = {
        # What has finished reports comes first.
        "types": sorted((kind for kind in types if kind.entry.in_menu), key=lambda kind: not kind.presets),
        "mine": folders(entry for entry in entries if _is_own(actor, entry)),
        "shared": folders(entry for entry in entries if not _is_own(actor, entry)),
        "shipped": [
            (kind.entry, preset)
            for kind in types
            for preset in kind.presets
            if _holds(_preset_texts(kind.entry, preset), words)
        ],
        "q": typed,
        "usage": usage_of(actor.user),
    }
    return render(request, "reports/index.html", context)


def folders(entries: Iterable[Entry]) -> list[Folder]:
    """Group entries by folder: what lies in none first, then folders by name."""
    ordered = sorted(entries, key=lambda entry: (entry.report.folder != "", fold(entry.report.folder)))
    grouped = groupby(ordered, key=attrgetter("report.folder"))
    return [Folder(name, list(some)) for name, some in grouped]


def _is_own(actor: Actor, entry: Entry) -> bool:
    return entry.report.owner_id == actor.user_id


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.report.name, entry.report.folder, entry.report.owner.name, entry.label)


def _preset_texts(entry: ObjectType, preset: Preset) -> tuple[str, ...]:
    return (str(preset.group), str(preset.label), str(preset.description), str(entry.label_plural))


def _holds(texts: tuple[str, ...], words: list[str]) -> bool:
    """Whether every typed word stands somewhere in the texts."""
    folded = fold(" ".join(texts))
    return all(word in folded for word in words)
