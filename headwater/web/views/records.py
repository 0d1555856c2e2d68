"""The page of one record, of any object."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.access.models import Action
from headwater.access.rights import owner_ids, scope
from headwater.activities.following import is_following
from headwater.activities.timeline import timeline
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.kinds.relations import id_or_none
from headwater.metadata.objects import Field, ObjectType
from headwater.records.demands import Demands
from headwater.records.errors import NotFound
from headwater.records.find import get_record, may
from headwater.records.models import Record
from headwater.records.neighbors import neighbors
from headwater.records.write import delete_record, restore_record
from headwater.users.actor import Actor
from headwater.web.cells import Html, Links, address_lines, renderer
from headwater.web.demands import asked_of_record
from headwater.web.htmx import go_to
from headwater.web.makers import makers_of, steps_of
from headwater.web.objects import object_or_404, title_of
from headwater.web.panels import panels_of
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of


@dataclass(frozen=True)
class Fact:
    field: Field
    html: Html
    editable: bool
    is_missing: bool = False


@dataclass(frozen=True)
class Section:
    """A section of the summary; the early ones are open even when they say nothing."""

    key: str
    label: str
    facts: list[Fact]
    is_first: bool
    is_early: bool

    @property
    def is_empty(self) -> bool:
        return not any(
            fact.html or fact.is_missing for fact in self.facts if fact.field.kind.name != "boolean"
        )


def links_of(actor: Actor, entry: ObjectType, record: Record) -> Links:
    """Return the titles of everything that a record points to."""
    return Links(actor, entry.fields.values(), [record])


def sections_of(
    actor: Actor, entry: ObjectType, record: Record, links: Links, only: Collection[str] | None = None
) -> list[Section]:
    """Return the sections of the summary with their values, or only those asked for.

    Fields that are not shown on this record are left out, and sections of nothing else.
    """
    asked = asked_of_record(actor, entry, record)
    drawn = enumerate(section for section in entry.sections if section.fields)
    wanted = [(n, section) for n, section in drawn if only is None or section.key in only]
    fields = [entry.fields[key] for _n, s in wanted for key in s.fields if key not in asked.hidden]
    shown = {field.key: renderer(field, links)(record) for field in fields}
    shown |= {f.key: f.kind.display(f.value_of(record), f) for f in fields if f.kind.name == "boolean"}
    shown |= {f.key: address_lines(f.value_of(record)) for f in fields if f.kind.name == "address"}

    def fact(found: Field) -> Fact:
        is_missing = found.key in asked.mandatory and found.is_empty(found.value_of(record))
        return Fact(found, shown[found.key], found.editable, is_missing)

    return [
        Section(
            section.key,
            str(section.label),
            [fact(entry.fields[key]) for key in section.fields if key in shown],
            is_first=number == 0,
            is_early=number < 2,
        )
        for number, section in wanted
    ]


def changing_sections(actor: Actor, entry: ObjectType) -> set[str]:
    """Return the sections with fields that come and go with what else is in a record."""
    keys = {rule.field.key for rule in Demands(actor, entry).rules}
    return {section.key for section in entry.sections if keys.intersection(section.fields)}


def stages_of(entry: ObjectType, record: Any) -> list[tuple[int, str, str]]:
    """Return the steps of the record's pipeline with their place: done, current or ahead."""
    stage = entry.fields.get("stage")
    if stage is None or record.stage_id is None:
        return []
    stages = list(stage_model(stage).filter(pipeline=record.pipeline_id).values_list("pk", "name"))
    at = next((n for n, (pk, _name) in enumerate(stages) if pk == record.stage_id), 0)
    words = ["done" if n < at else "current" if n == at else "ahead" for n in range(len(stages))]
    return [(pk, name, word) for (pk, name), word in zip(stages, words, strict=True)]


def stage_model(field: Field) -> Any:
    return registry.get(field.target or "").model._default_manager


def head_of(
    actor: Actor, entry: ObjectType, record: Record, links: Links, *, may_edit: bool
) -> dict[str, Any]:
    """Return what the head of the page shows; swapped after each change."""
    status = entry.fields.get("status")
    fields = [f for key in ("status", "stage", "owner") if (f := entry.fields.get(key))]
    shown = {field.key: renderer(field, links)(record) for field in fields}
    return {
        "entry": entry,
        "record": record,
        "title": title_of(entry, record),
        "shown": shown,
        "statuses": status.choices() if status and status.editable and may_edit else [],
        "makers": makers_of(actor, entry, record.pk) if may_edit else [],
        "steps": steps_of(entry, record) if may_edit else [],
        "stages": stages_of(entry, record),
        "may_edit": may_edit,
    }


def around(actor: Actor, entry: ObjectType, record: Record, data: QueryDict) -> dict[str, Any]:
    """Return the list the reader came from, with the records before and after."""
    if "list" not in data:
        return {"list_url": reverse("list", args=[entry.slug])}
    try:
        query: ListQuery = read_query(actor, entry, QueryDict(data.get("list", "")))
        before, following = neighbors(
            actor, entry.name, record, filter=query.parsed(), sort=query.sort, search=query.search
        )
    except (FilterError, NotFound):  # or its view is gone
        return {"list_url": reverse("list", args=[entry.slug])}
    return {
        "list_url": query.url(),
        "previous_url": query.record_url(before) if before else "",
        "next_url": query.record_url(following) if following else "",
    }


def may_also(actor: Actor, record: Record, action: Action) -> bool:
    """Say whether the actor has a right on a record that she was just shown."""
    owners = owner_ids(actor, scope(actor, registry.of(record).name, action))
    return owners is None or record.owner_id in owners or may(actor, record, action)


@require_safe
def record_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a record: summary, timeline and what belongs to it."""
    return show_record(request, slug, pk)


def show_record(request: HttpRequest, slug: str, pk: int, **more: object) -> HttpResponse:
    """Show a record's page; ``more`` is what its composer shows of a comment or an event that was refused."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    record = get_record(actor, entry.name, pk)
    may_edit = may_also(actor, record, Action.EDIT)
    links = links_of(actor, entry, record)
    context = head_of(actor, entry, record, links, may_edit=may_edit)
    context |= around(actor, entry, record, request.GET)
    context |= {
        "sections": sections_of(actor, entry, record, links),
        **_timeline_at(actor, entry, record, request.GET.get("entry", "")),
        "panels": panels_of(actor, entry, record),
        "may_delete": may_also(actor, record, Action.DELETE),
        "may_erase": may_also(actor, record, Action.ERASE),
        "follows": is_following(actor, record),
    }
    templates = [f"{entry.name}/record.html", "records/record.html"]
    return render(request, templates, context | more, status=422 if more else 200)


def _timeline_at(actor: Actor, entry: ObjectType, record: Record, word: str) -> dict[str, Any]:
    """Return the newest part of the timeline, or the part that begins with the entry a notice led to."""
    newest = timeline(actor, entry.name, record.pk, seen=record)
    marked = id_or_none(word)
    if marked is None or not newest.next or any(item.id == marked for item in newest.items):
        return {"timeline": newest, "marked": marked}
    older = timeline(actor, entry.name, record.pk, after=str(marked + 1), seen=record)
    newest_url = reverse("record", args=[entry.slug, record.pk])
    return {"timeline": older, "marked": marked, "newest_url": newest_url}


@require_POST
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Take a record out of every list; the message offers to undo it."""
    entry = object_or_404(slug)
    actor = actor_of(request)
    name = title_of(entry, get_record(actor, entry.name, pk))
    delete_record(actor, entry.name, pk)
    undo = reverse("restore", args=[entry.slug, pk])
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name}, extra_tags=undo)
    return go_to(request, reverse("list", args=[entry.slug]))


@require_POST
def restore(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Bring a deleted record back."""
    entry = object_or_404(slug)
    restore_record(actor_of(request), entry.name, pk)
    return go_to(request, reverse("record", args=[entry.slug, pk]))
