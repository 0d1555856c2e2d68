"""Taking a report away: its figures, or the records behind a number, as CSV or XLSX."""

from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.access import rights
from headwater.access.models import Action
from headwater.history.disclosures import Act
from headwater.lib import calendars, clock
from headwater.metadata.context import calendar_rules
from headwater.metadata.errors import FilterError
from headwater.reports.definition import DefinitionError
from headwater.reports.run import run
from headwater.reports.services import note_export
from headwater.users.actor import Actor
from headwater.web.shell import actor_of
from headwater.web.spreadsheets import Rows, csv_file, file_name, xlsx_file
from headwater.web.views.reports.drafts import Draft, read_draft
from headwater.web.views.reports.tables import Records, about_rows, figures_rows

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Answer with a file: ``what`` is figures or records, ``format`` is csv or xlsx.

    It runs under the reader's rights; records need the right to export them besides.
    """
    actor = actor_of(request)
    what, kind = request.GET.get("what", ""), request.GET.get("format", "")
    try:
        draft = read_draft(actor, request.GET)
        if kind not in _TYPES or what not in ("figures", "records"):
            raise Http404
        name = _name(draft)
        # Programs read these files: days and names of quarters are of one era in them, the common one.
        with calendars.counting(calendars.GREGORIAN):
            return (_figures if what == "figures" else _records)(actor, draft, kind, name)
    except (DefinitionError, FilterError) as problem:
        messages = [one.message for one in problem.problems]
        return render(request, "reports/sorry.html", {"problems": messages}, status=422)


def _figures(actor: Actor, draft: Draft, kind: str, name: str) -> HttpResponseBase:
    result = run(actor, draft.definition)
    rows = list(figures_rows(draft.definition, result))
    note_export(actor, draft.definition, Act.FIGURES, kind, len(rows) - 1, draft.report)
    return _file(kind, name, {_("Figures"): rows, _("About"): about_rows(result)})


def _records(actor: Actor, draft: Draft, kind: str, name: str) -> HttpResponseBase:
    rights.require(actor, draft.definition.root, Action.EXPORT)
    records = Records(actor, draft.definition, draft.mark)
    # Read before anything is sent: what goes wrong is answered, not cut off in the middle of a file.
    rows = list(records.rows())
    note_export(actor, draft.definition, Act.EXPORT, kind, records.count, draft.report)
    return _file(kind, f"{name} {records.entry.slug}", {str(records.entry.label_plural): rows})


def _file(kind: str, name: str, sheets: dict[str, Rows]) -> HttpResponseBase:
    """Return the workbook with every sheet, or the first of them as text."""
    first = next(iter(sheets.values()))
    content = BytesIO(b"".join(csv_file(first))) if kind == "csv" else xlsx_file(sheets)
    day = calendar_rules().local_date(clock.now())
    filename = f"{file_name(name)}_{day.isoformat()}.{kind}"
    return FileResponse(content, as_attachment=True, filename=filename, content_type=_TYPES[kind])


def _name(draft: Draft) -> str:
    return draft.report.name if draft.report else str(draft.base.get("name") or draft.type)
