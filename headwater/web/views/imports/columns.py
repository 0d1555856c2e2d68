"""The second step: which column goes into which field."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.transfer import services
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.mapping import Decision, decide
from headwater.transfer.models import ImportRun
from headwater.transfer.options import why_not_imported
from headwater.transfer.previews import Preview, Sample
from headwater.users.actor import Actor
from headwater.web.htmx import is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.imports import reading
from headwater.web.views.imports.columns_form import ColumnsForm
from headwater.web.views.imports.questions import find_questions
from headwater.web.views.imports.rehearsal import rehearse
from headwater.web.views.imports.wizard import context_of, in_preparation

SHOWN = 3


@dataclass(frozen=True)
class Row:
    """A column of the file. ``why`` says in words why a field is proposed; ``offer`` is a similar one."""

    header: str
    samples: list[Sample]
    field: str
    why: str
    is_proposed: bool
    offer: Field | None
    error: str


def field_groups(entry: ObjectType) -> list[tuple[str, list[Field]]]:
    """Return the fields that can be imported, in the sections of the record page."""
    left = {field.key: field for field in entry.editable_fields() if field.is_importable}
    groups = [
        (str(section.label), [left.pop(key) for key in section.fields if key in left])
        for section in entry.sections
    ]
    if left:
        groups.append((_("More"), list(left.values())))
    return [group for group in groups if group[1]]


def _why(automatic: Decision, chosen: str, entry: ObjectType) -> tuple[str, bool]:
    """Return the reason for what stands in the picker, and whether it is our proposal."""
    if chosen and chosen == automatic.field:
        reasons = {
            "key": _("Same name as the field"),
            "label": _("Same name as the field"),
            "synonym": _("A usual name of this field"),
        }
        return reasons.get(automatic.how, ""), True
    if chosen or automatic.field:
        return _("Your choice"), False
    if automatic.proposal and automatic.how == "conflict":
        field = entry.fields[automatic.proposal]
        return _("Another column goes into %(field)s") % {"field": field.label}, False
    if automatic.proposal and automatic.how == "not_importable":
        return why_not_imported(entry.fields[automatic.proposal]), False
    return "", False


def build_rows(form: ColumnsForm, preview: Preview) -> list[Row]:
    """Return the columns with what is proposed, chosen and wrong."""
    headers = [column.decision.header for column in preview.columns]
    repeated, rows = form.repeated(), []
    for column, automatic in zip(preview.columns, decide(form.entry, headers, None), strict=True):
        chosen = form.chosen.get(automatic.header, column.decision.field or "")
        why, is_proposed = _why(automatic, chosen, form.entry)
        is_similar = (
            automatic.how == "proposal" and not chosen and automatic.proposal not in form.chosen.values()
        )
        offer = form.entry.fields[automatic.proposal] if is_similar and automatic.proposal else None
        error = (
            _("Another column goes into this field too. Leave one of them out.") if chosen in repeated else ""
        )
        rows.append(Row(automatic.header, column.samples[:SHOWN], chosen, why, is_proposed, offer, error))
    return rows


def _preview(request: HttpRequest, run: ImportRun, form: ColumnsForm) -> Preview | None:
    try:
        preview = services.preview(actor_of(request), run.pk)
    except FileProblem as problem:
        form.errors[_CONTROLS.get(problem.code, "file")] = problem.message
        return None
    if not form.chosen:
        form.chosen = {column.decision.header: column.decision.field or "" for column in preview.columns}
    if not preview.rows:
        form.errors["header_row"] = _("There are no rows below the column names.")
    return preview


_CONTROLS = {
    "encoding_needed": "encoding",
    "wrong_encoding": "encoding",
    "unknown_encoding": "encoding",
    "bad_delimiter": "delimiter",
    "line_too_long": "delimiter",
    "unknown_sheet": "sheet",
    "no_header": "header_row",
    "too_many_columns": "delimiter",
}


def _missing(form: ColumnsForm) -> list[str]:
    """Return the labels of required fields that nothing goes into, when records are made."""
    if form.options["mode"] == "update":
        return []
    fields = form.entry.fields
    mapped = {key for chosen in form.chosen.values() if chosen for key in (chosen, fields[chosen].part_of)}
    return [
        str(field.label)
        for field in form.entry.editable_fields()
        if field.required and field.key not in mapped
    ]


def _readings(
    actor: Actor, run: ImportRun, form: ColumnsForm, preview: Preview | None
) -> list[reading.Reading]:
    """Return how encodings would read the file, where a person has to choose one or to look at ours."""
    is_settled = preview is not None and preview.info.encoding_certain and not form.options["encoding"]
    if is_settled or (preview is not None and preview.info.kind != "csv"):
        return []
    present = preview.info.encoding if preview else ""
    names = reading.names_with(present)
    found = services.readings_in(actor, run.pk, names)
    return [reading.Reading(key, names[key], lines, key == present) for key, lines in found.items()]


def _context(actor: Actor, run: ImportRun, form: ColumnsForm, preview: Preview | None) -> dict[str, Any]:
    rows = build_rows(form, preview) if preview else []
    return context_of(
        run,
        "columns",
        form=form,
        rows=rows,
        groups=field_groups(form.entry),
        unmapped=sum(1 for row in rows if not row.field),
        missing=_missing(form) if preview else [],
        info=preview.info if preview else None,
        summary=reading.sentence_of(preview.info, preview.header_row) if preview else "",
        header_row=preview.header_row if preview else None,
        choices=reading,
        readings=_readings(actor, run, form, preview),
    )


@require_http_methods(["GET", "POST"])
@in_preparation
def columns(request: HttpRequest, run: ImportRun) -> HttpResponseBase:
    """Show the columns; each change is stored and shown at once, "next" goes on when nothing is wrong."""
    actor = actor_of(request)
    form = ColumnsForm(registry.get(run.object), run, request if request.method == "POST" else None)
    if request.method == "POST":
        run = form.save(actor, run)
    preview = _preview(request, run, form)
    if "next" in request.POST:
        form.check_complete()
        if preview and not form.errors:
            form.options["mapping"] = form.chosen
            run = form.save(actor, run)
    if "next" in request.POST and not form.errors:
        if find_questions(actor, run).is_open:
            return redirect("import_values", run.pk)
        return rehearse(request, run)
    template = "imports/_columns.html" if is_fragment(request) else "imports/columns.html"
    status = 422 if form.errors and request.method == "POST" else 200
    return render(request, template, _context(actor, run, form, preview), status=status)
