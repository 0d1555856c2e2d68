"""Reports: run, open a number, explain it, keep a definition."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router

from headwater.access.fields import reading_as
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import BY_RIGHTS, caller_of
from headwater.api.problems import wrong
from headwater.api.representation import read_columns, records_json
from headwater.api.schemas import reports as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.metadata import registry
from headwater.records.asof import as_of
from headwater.reports import services
from headwater.reports.catalog import report_types
from headwater.reports.drill import drill, note_drill
from headwater.reports.explain import explain
from headwater.reports.limits import refuse_own_fields
from headwater.reports.models import Report
from headwater.reports.run import read, run
from headwater.reports.sharing import read_readers
from headwater.users.actor import Actor

router = Router(tags=["Reports"])

Question = dict[str, Any]


@router.get("/report-types", response=Page[schemas.ReportType])
def list_report_types(request: HttpRequest) -> HttpResponse:
    """List what reports can be made: measures, dimensions and shipped reports of each object."""
    return page([found.to_json() for found in report_types(caller_of(request).actor)])


@router.post("/reports/run", response=schemas.Result, auth=BY_RIGHTS, openapi_extra=schemas.RUN_BODY)
def run_report(request: HttpRequest, given: Body[Question]) -> HttpResponse:
    """Run a definition, or a saved report with overrides, under your own rights."""
    actor = caller_of(request).actor
    definition, overrides = _question(actor, given, bare=True)
    with reading_as(actor):
        saved = definition if "report" in given else None
        refuse_own_fields(read(definition, overrides), saved)
    return answer(run(actor, definition, overrides=overrides).to_json())


@router.post("/reports/drill", response=schemas.Drill, auth=BY_RIGHTS)
def drill_report(request: HttpRequest, given: schemas.DrillQuestion) -> HttpResponse:
    """List the records behind a number: exactly those that it counted, each with what it counts as."""
    actor = caller_of(request).actor
    asked = read(*_question(actor, given.dict(exclude_unset=True)))
    # What stands behind links is read as of then, too.
    with as_of(actor, asked.instant):
        found = drill(
            actor,
            asked,
            given.cell,
            sort=given.sort,
            after=given.after,
            limit=given.limit,
            exact_count=given.count == "exact",
        )
        entry = registry.get(found.filter.object_name)
        columns = read_columns(entry, given.fields)
        items = records_json(actor, entry, found.page.items, columns)
    note_drill(actor, found)
    for item, counts_as in zip(items, found.counts_as, strict=True):
        item["counts_as"] = counts_as.key
    count = {"value": found.page.count, "exact": found.page.count_exact}
    more = {
        "filter": found.filter.to_json(),
        "sentence": found.sentence,
        "object": entry.name,
        "as_of": asked.instant,
    }

    return answer({"items": items, "next": found.page.next, "count": count} | more)


@router.post("/reports/explain", response=schemas.Explanation, auth=BY_RIGHTS)
def explain_report(request: HttpRequest, given: schemas.ExplainQuestion) -> HttpResponse:
    """Explain one number: definition, bounds, what it leaves out, and how to find its records."""
    actor = caller_of(request).actor
    definition, overrides = _question(actor, given.dict(exclude_unset=True))
    return answer(explain(actor, definition, given.cell, overrides=overrides).to_json())


@router.get("/reports", response=Page[schemas.Report])
def list_reports(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List your saved reports and those that others share, newest first."""
    actor = caller_of(request).actor
    found = services.find_reports(actor)
    reports, following = query.cut(found)
    return page([report_json(actor, report) for report in reports], following, count=found.count())


@router.post("/reports", response={201: schemas.Report})
def create_report(request: HttpRequest, given: schemas.NewReport) -> HttpResponse:
    """Save a definition as a report of your own."""
    actor = caller_of(request).actor
    with transaction.atomic():
        report = services.save_report(
            actor, name=given.name, definition=given.definition, folder=given.folder
        )
        _share(actor, report, given.shared or None, given.shared_with)
    location = {"Location": f"/api/v1/reports/{report.pk}"}
    return answer(report_json(actor, report), status=201, headers=location)


@router.get("/reports/{int:id}", response=schemas.Report)
def get_report(request: HttpRequest, id: int) -> HttpResponse:
    """Read a saved report's definition; it holds no figures."""
    actor = caller_of(request).actor
    return answer(report_json(actor, services.get_report(actor, id)))


@router.patch("/reports/{int:id}", response=schemas.Report)
def update_report(request: HttpRequest, id: int, given: schemas.ReportChange) -> HttpResponse:
    """Rename, move, share or redefine a report of your own."""
    actor = caller_of(request).actor
    changes = given.dict(exclude_unset=True)
    shared, named = changes.pop("shared", None), changes.pop("shared_with", None)
    with transaction.atomic():
        report = services.update_report(actor, id, **changes)
        _share(actor, report, shared, named)
    return answer(report_json(actor, report))


@router.delete("/reports/{int:id}", response={204: None})
def delete_report(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a saved report; the records it counted are untouched."""
    services.delete_report(caller_of(request).actor, id)
    return nothing()


@router.post("/reports/{int:id}/copy", response={201: schemas.Report})
def copy_report(request: HttpRequest, id: int) -> HttpResponse:
    """Save a copy as your own, shared with nobody."""
    actor = caller_of(request).actor
    report = services.duplicate_report(actor, id)
    location = {"Location": f"/api/v1/reports/{report.pk}"}
    return answer(report_json(actor, report), status=201, headers=location)


def _share(actor: Actor, report: Report, everybody: bool | None, named: Question | None) -> None:
    """Share as ``shared_with`` says, or only with everybody or not, as ``shared`` says."""
    if named is None and everybody is None:
        return
    wanted = services.readers(report) if named is None else read_readers(named)
    services.share_report(
        actor, report.pk, wanted if everybody is None else replace(wanted, everybody=everybody)
    )


def _question(actor: Actor, given: Question, *, bare: bool = False) -> tuple[Question, Question | None]:
    """Return the definition that is meant and what to override in it.

    It is given as ``definition``, as the number of a saved ``report``, or (``bare``) as the body itself.
    """
    if bare and not {"definition", "report"} & given.keys():
        return given, None
    known = {"definition", "report", "overrides"}
    if bare and (unknown := sorted(given.keys() - known)):
        message = _("“%(word)s” is not a word of this request.") % {"word": unknown[0][:100]}
        raise wrong(unknown[0][:100], "unknown_field", message)
    overrides = given.get("overrides")
    if overrides is not None and not isinstance(overrides, dict):
        raise wrong("overrides", "not_object", _("Give an object of words of the definition."))
    if ("report" in given) == ("definition" in given):
        raise wrong("report", "one_of", _("Give either “definition” or “report”."))
    if "report" in given:
        return services.get_report(actor, given["report"]).definition, overrides
    if not isinstance(given["definition"], dict):
        raise wrong("definition", "not_object", _("A definition is a JSON object."))
    return given["definition"], overrides


def report_json(actor: Actor, report: Report) -> dict[str, Any]:
    """Return a saved report."""
    shared = services.readers(report)
    return {
        "id": report.pk,
        "name": report.name,
        "folder": report.folder,
        "object": report.object,
        "definition": report.definition,
        "owner": report.owner_id,
        "shared": shared.everybody,
        "shared_with": shared.to_json(),
        "editable": services.may_change(actor, report),
        "created_at": report.created_at,
        "updated_at": report.updated_at,
    }
