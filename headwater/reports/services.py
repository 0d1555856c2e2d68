"""Keeping reports: save, rename, duplicate, share, delete."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.history.disclosures import Act, note_disclosure
from headwater.lib import clock
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.reports import limits, sharing
from headwater.reports.definition import Definition, parse_definition, to_json
from headwater.reports.models import Report, ReportShare
from headwater.reports.sharing import Readers, Shared
from headwater.users.actor import Actor

_OBJECT = "report"


def find_reports(actor: Actor) -> QuerySet[Report]:
    """Return the saved reports that the actor may open: her own and those shared with her.

    Opening one shows what the actor's own rights let her see, never more.
    """
    shared = Exists(ReportShare.objects.filter(sharing.readable(actor, ""), report=OuterRef("pk")))
    found = Report.objects.select_related("owner")
    return found if actor.is_system else found.filter(Q(owner=actor.user_id) | shared)


def get_report(actor: Actor, pk: Any) -> Report:
    """Return a saved report. Raises NotFound when there is none or the actor may not open it."""
    number = id_or_none(pk)
    report = find_reports(actor).filter(pk=number).first() if number else None
    if report is None:
        raise NotFound(_OBJECT, pk)
    return report


def may_change(actor: Actor, report: Report) -> bool:
    """Whether the actor may change, share or delete a report that she may open."""
    return report.owner_id == actor.user_id or rights.is_administrator(actor)


def readers(report: Report) -> Readers:
    """Return whom the report is shared with."""
    return sharing.readers_of(report.shares.all())


def folders(actor: Actor) -> list[str]:
    """Return the folders of the reports that the actor may open, by name."""
    return sorted(set(find_reports(actor).exclude(folder="").values_list("folder", flat=True).order_by()))


@transaction.atomic
def save_report(
    actor: Actor,
    *,
    name: str,
    definition: Mapping[str, Any],
    folder: str = "",
    before: Mapping[str, Any] | None = None,
) -> Report:
    """Save a definition as a new report of the actor's own, shared with nobody.

    ``before`` is the saved definition that it was made from, see ``limits.refuse_own_fields``. Raises
    DefinitionError, Invalid for the name and at the limit of reports, and Forbidden for who may not see the
    object.
    """
    if actor.user is None:
        raise Forbidden(Action.CREATE, _OBJECT)
    limits.require_room(actor.user)
    now = clock.now()
    report = Report(owner=actor.user, created_at=now, updated_at=now)
    _set_name(report, name, folder)
    _set_definition(actor, report, definition, before)
    report.save()
    limits.note_usage(actor.user)
    return report


@transaction.atomic
def update_report(
    actor: Actor,
    pk: Any,
    *,
    name: str | None = None,
    folder: str | None = None,
    definition: Mapping[str, Any] | None = None,
) -> Report:
    """Rename a report, move it to a folder, or give it another definition; None leaves a thing as it is.

    Raises NotFound, Forbidden for who may only open it, DefinitionError and Invalid.
    """
    report = _changeable(actor, pk)
    _set_name(report, report.name if name is None else name, report.folder if folder is None else folder)
    kept = report.definition
    _set_definition(actor, report, kept if definition is None else definition, kept)
    report.updated_at = clock.now()
    report.save()
    return report


def duplicate_report(actor: Actor, pk: Any, *, name: str | None = None) -> Report:
    """Save a copy as the actor's own, shared with nobody. Raises NotFound."""
    report = get_report(actor, pk)
    copied = name if name is not None else _("Copy of %(name)s") % {"name": report.name}
    return save_report(
        actor,
        name=copied[:200],
        definition=report.definition,
        folder=report.folder,
        before=report.definition,
    )


@transaction.atomic
def share_report(actor: Actor, pk: Any, wanted: Readers) -> Report:
    """Let just these people open the report besides its owner. Each sees her own numbers.

    Who is named anew hears of it, see ``sharing.on_share``. Raises NotFound and Forbidden.
    """
    report = _changeable(actor, pk)
    named = sharing.give(report.shares, wanted)
    told = tuple(user for user in named if user.pk not in (report.owner_id, actor.user_id))
    sharing.announce(Shared("report", report.pk, report.name, actor.user, told))
    return report


def delete_report(actor: Actor, pk: Any) -> None:
    """Delete a report; the records it counted are untouched. Raises NotFound and Forbidden."""
    _changeable(actor, pk).delete()


def _changeable(actor: Actor, pk: Any) -> Report:
    report = get_report(actor, pk)
    if not may_change(actor, report):
        raise Forbidden(Action.EDIT, _OBJECT)
    return report


def _set_name(report: Report, name: object, folder: object) -> None:
    errors = []
    for key, text, longest in (("name", name, 200), ("folder", folder, 120)):
        if not isinstance(text, str) or len(text) > longest:
            errors.append(
                FieldError(key, "too_long", _("Use at most %(limit)d characters.") % {"limit": longest})
            )
    report.name, report.folder = (" ".join(str(text).replace("\x00", "").split()) for text in (name, folder))
    if not report.name:
        errors.append(FieldError("name", "required", _("Give the report a name.")))
    if errors:
        raise Invalid(errors)


def _set_definition(actor: Actor, report: Report, given: object, before: Mapping[str, Any] | None) -> None:
    definition = parse_definition({**given, "name": report.name} if isinstance(given, Mapping) else given)
    limits.refuse_own_fields(definition, before)
    rights.require(actor, definition.root, Action.SEE)
    report.definition = to_json(definition)
    report.object, report.preset = definition.root, definition.preset


def note_export(
    actor: Actor, definition: Definition, act: Act, form: str, count: int, report: Report | None = None
) -> None:
    """Keep that somebody took figures or the records behind them away, and how many."""
    about = {
        "name": report.name if report else definition.name,
        "report": report.pk if report else None,
        "form": form,
        "definition": to_json(definition),
    }
    note_disclosure(actor, act, definition.root, count, about)


def count_naming(key: str) -> int:
    """Return how many saved reports name a field, whosever they are."""
    written = Report.objects.annotate(written=Cast("definition", TextField()))
    return int(written.filter(written__contains=key).count())
