"""The page of one report, with its designer."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem, UnknownObject
from headwater.metadata.filters import Filter
from headwater.metadata.filters.nodes import Group
from headwater.records.asof import as_of
from headwater.records.context import filter_context
from headwater.reports.catalog import report_type
from headwater.reports.definition import DefinitionError, to_json
from headwater.reports.limits import refuse_own_fields
from headwater.reports.presets import find_preset
from headwater.reports.run import run
from headwater.reports.services import may_change, readers
from headwater.reports.words import title_words
from headwater.users.actor import Actor
from headwater.web.jinja import instant
from headwater.web.shell import actor_of
from headwater.web.spreadsheets import file_name
from headwater.web.views.reports.bars import chart, drawing_notes
from headwater.web.views.reports.behind import find_behind
from headwater.web.views.reports.changes import changed
from headwater.web.views.reports.choices import Choices
from headwater.web.views.reports.drafts import Draft, read_draft, short
from headwater.web.views.reports.figures import Figures
from headwater.web.views.reports.segments import Segments

_TOUCHED = "apply"
"""The form of the designer says with this name that its controls are to be applied."""


@require_safe
def new_report(request: HttpRequest) -> HttpResponseBase:
    """Show a report that nobody saved yet: a shipped one, or what the address defines."""
    if not request.GET.get("type"):
        return redirect("reports")
    return _page(request, None)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a saved report, with the changes that the address makes to it."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int | None) -> HttpResponseBase:
    actor = actor_of(request)
    try:
        draft = read_draft(actor, request.GET, pk)
    except DefinitionError as problem:
        bare = QueryDict(mutable=True)
        bare.update({"type": request.GET.get("type", "")})
        return _broken(request, read_draft(actor, bare, pk), problem.problems)
    try:
        if _TOUCHED in request.GET:
            return redirect(_touched(draft, request.GET).require_short().url())
        return render(request, "reports/report.html", _context(request, draft))
    except (DefinitionError, FilterError) as problem:
        return _broken(request, draft, problem.problems)


def _touched(draft: Draft, form: QueryDict) -> Draft:
    """Return the draft with the controls of the form applied. A mark is shown, not applied."""
    made = draft.with_data(changed(_editable(draft), form))
    editing = form.getlist("editing")
    return replace(made, edit=editing[-1] == "1" if editing else draft.edit, mark=draft.mark)


def _editable(draft: Draft) -> dict[str, Any]:
    """Return the definition to change: normalized where it can be read."""
    try:
        return short(to_json(draft.definition))
    except DefinitionError:
        return draft.data if isinstance(draft.data, dict) else draft.base


def _context(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    actor, definition = actor_of(request), draft.definition
    refuse_own_fields(definition, draft.report.definition if draft.report else None)
    with as_of(actor, definition.instant):
        return _drawn(request, draft)


def _drawn(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    actor, definition = actor_of(request), draft.definition
    result = run(actor, definition)
    figures = Figures(definition, result)
    segments = Segments(figures) if definition.columns and not figures.is_scorecard else None
    title = _heading(draft, figures)
    notes = figures.notes
    if figures.is_drawn:
        notes = [*notes, *(("", note) for note in drawing_notes(figures, segments))]
    return frame(request, draft) | {
        "title": title,
        "result": result,
        "figures": figures,
        "segments": segments,
        "chart": chart(figures, segments) if figures.is_drawn else None,
        "notes": notes,
        "picture": _picture(title, figures, [note for _look, note in notes]),
        "behind": find_behind(actor, draft, count=result.behind),
        "chips": chips(actor, definition.where),
    }


def _picture(title: str, figures: Figures, notes: list[str]) -> dict[str, Any]:
    """Return the texts around a drawing that leaves the page: see assets/js/chart-picture.js."""
    result = figures.result
    moment = {"instant": instant(result.as_of), "zone": result.zone}
    head = figures.headline if figures.is_scorecard else {"value": "", "detail": ""}
    return {
        "file": file_name(title),
        "title": title,
        "lines": [result.sentence, _("As of %(instant)s, time zone %(zone)s.") % moment, result.rights],
        "value": head["value"],
        "detail": head["detail"],
        "notes": notes,
    }


def _heading(draft: Draft, figures: Figures) -> str:
    """Return the name with the basis of the rates; a changed new report is named for what it shows."""
    saved = draft.report.name if draft.report else ""
    name = saved or (figures.title if draft.is_changed else str(draft.base.get("name") or figures.title))
    return title_words(replace(draft.definition, name=name))


def frame(request: HttpRequest, draft: Draft, problems: list[Problem] | None = None) -> dict[str, Any]:
    """Return what the page has around its figures: controls, and what may be done with the report."""
    actor, data = actor_of(request), _editable(draft)
    root = str(data.get("root"))
    try:
        kind = report_type(root if registry.get(root).is_record else str(draft.base["root"]))
    except UnknownObject:
        kind = report_type(str(draft.base["root"]))
    saved = draft.report
    return {
        "draft": draft,
        "kind": kind,
        "choices": Choices(kind, data, problems or ()),
        "report": saved,
        "link": request.build_absolute_uri(draft.link()),
        "preset": find_preset(draft.type),
        "may_change": saved is not None and may_change(actor, saved),
        "is_shared": saved is not None and bool(readers(saved)),
        "is_mine": saved is not None and saved.owner_id == actor.user_id,
    }


def _broken(request: HttpRequest, draft: Draft, problems: list[Problem]) -> HttpResponse:
    """Show the designer with every problem beside the control that can mend it."""
    context = frame(request, draft, problems) | {"title": _title(draft), "editing": True, "chips": []}
    return render(request, "reports/report.html", context, status=422)


def _title(draft: Draft) -> str:
    return draft.report.name if draft.report else str(draft.base.get("name") or _("New report"))


def chips(actor: Actor, where: Filter) -> list[str]:
    """Return what each condition says."""
    if where.is_empty or not isinstance(where.root, Group):
        return []
    context = filter_context(actor)
    conditions = where.root.children if where.root.mode == "all" else (where.root,)
    return [condition.sentence(context) for condition in conditions]
