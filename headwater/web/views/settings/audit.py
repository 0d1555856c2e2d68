"""The audit: what happened, who saw what, and whether history is whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from headwater.activities import audit
from headwater.activities.audit.reading import DOORS, SYSTEM_ITSELF, cut
from headwater.history.disclosures import LEAST_DAYS, MOST_DAYS, note_disclosure
from headwater.history.jobs import verify_history
from headwater.history.models import Disclosure
from headwater.history.verifying import latest_verification
from headwater.lib import calendars
from headwater.lib.collation import in_order
from headwater.metadata import registry
from headwater.records.errors import Invalid
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.failed_sign_ins import KEPT as FAILED_KEPT
from headwater.users.models import FailedSignIn, User
from headwater.users.services import update_organization
from headwater.web.shell import actor_of
from headwater.web.spreadsheets import Cell, csv_file, file_name
from headwater.web.timeline_words import door_name
from headwater.web.views.settings.forms import administrators_only, number

PER_PAGE = 50
MOST_EXPORTED = 50_000
WORDS = ("person", "object", "record", "action", "door", "first", "last")
_ICONS = {"created": "plus", "deleted": "trash", "restored": "restore", "updated": "pencil"}
_PAGES = {
    "user": "user",
    "team": "team",
    "role": "role",
    "report": "report",
    "dashboard": "dashboard",
}
_LISTS = {
    "organization": "organization",
    "role_right": "roles",
    "exchange_rate": "exchange_rates",
    "choice_option": "choice_lists",
    "invitation": "users",
}


def _words(request: HttpRequest) -> dict[str, str]:
    words = {name: request.GET.get(name, "").strip() for name in WORDS}
    for name in ("first", "last"):
        words[name] = calendars.typed(words[name])
    return words


def _question(words: dict[str, str]) -> tuple[audit.Question, dict[str, str]]:
    try:
        return audit.read_question(words), {}
    except Invalid as problem:
        good = {key: word for key, word in words.items() if key not in {e.field for e in problem.errors}}
        return audit.read_question(good), problem.by_field


def href_of(line: audit.Line) -> str:
    """Return the page of what an entry is about, or nothing."""
    try:
        if line.is_record:
            return reverse("record", args=[registry.get(line.object).slug, line.record_id])
        if line.object in _PAGES and line.record_id and line.verb != "deleted":
            return reverse(_PAGES[line.object], args=[line.record_id])
        return reverse(_LISTS[line.object]) if line.object in _LISTS else ""
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class _Part:
    """A tab of the audit: its address, template and name, and what it is asked."""

    page: str
    template: str
    label: str
    actions: Callable[[], list[tuple[str, str]]]
    is_of_objects: bool = True


PARTS = {
    "": _Part("audit", "settings/audit.html", gettext_noop("What happened"), audit.verb_labels),
    "disclosures": _Part(
        "audit_disclosures",
        "settings/disclosures.html",
        gettext_noop("Who saw what"),
        lambda: [(each.value, str(each.label)) for each in Disclosure.Act],
    ),
    "failed": _Part(
        "audit_failed_sign_ins",
        "settings/failed_sign_ins.html",
        gettext_noop("Failed sign-ins"),
        lambda: [(each.value, str(each.label)) for each in FailedSignIn.Reason],
        is_of_objects=False,
    ),
}


def _choices(part: _Part) -> dict[str, Any]:
    people = in_order(User.objects.values_list("pk", "name"))
    nobody = _("The system") if part.is_of_objects else _("Nobody here")
    return {
        "people": [(SYSTEM_ITSELF, nobody), *people],
        "objects": audit.object_labels() if part.is_of_objects else [],
        "actions": part.actions(),
        "doors": [(door, door_name(door)) for door in DOORS] if part.is_of_objects else [],
    }


def _rows(
    actor: Actor, key: str, question: audit.Question, after: int | None
) -> tuple[list[Any], int | None]:
    if not key:
        lines: list[Any]
        lines, following = audit.page_lines(actor, question, after=after, limit=PER_PAGE)
        return lines, following
    find = audit.find_disclosures if key == "disclosures" else audit.find_failed_sign_ins
    found: Any = find(actor, question)
    return cut(found, after, PER_PAGE)


def _page(request: HttpRequest, key: str = "") -> HttpResponse:
    actor, words, part = actor_of(request), _words(request), PARTS[key]
    question, errors = _question(words)
    after = number(request.GET.get("after", ""))
    rows, following = _rows(actor, key, question, after if after > 0 else None)
    here = reverse(part.page)
    asked = {name: word for name, word in words.items() if word and name not in errors}
    context = {
        "rows": rows,
        "words": words,
        "errors": errors,
        "here": here,
        "is_filtered": bool(question),
        "next_url": f"{here}?{urlencode(asked | {'after': following})}" if following else "",
        "first_url": f"{here}?{urlencode(asked)}" if after > 0 else "",
        "file_url": f"{reverse('audit_file')}?{urlencode(asked | {'part': key})}",
        "tabs": [(_(each.label), reverse(each.page), each is part) for each in PARTS.values()],
        "object_names": dict(audit.object_labels()),
        "href_of": href_of,
        "door_name": door_name,
        "icons": _ICONS,
        "checked": latest_verification(),
        "kept_days": organization.current().disclosure_days,
        "failed_kept_days": FAILED_KEPT.days,
        "bounds": (LEAST_DAYS, MOST_DAYS),
    }
    return render(request, part.template, context | _choices(part), status=422 if errors else 200)


@require_safe
@administrators_only
def entries(request: HttpRequest) -> HttpResponse:
    """Show what happened, newest first."""
    return _page(request)


@require_safe
@administrators_only
def disclosures(request: HttpRequest) -> HttpResponse:
    """Show who took records away or saw many of them, newest first."""
    return _page(request, "disclosures")


@require_safe
@administrators_only
def failed_sign_ins(request: HttpRequest) -> HttpResponse:
    """Show which attempts to sign in failed, newest first."""
    return _page(request, "failed")


@require_safe
@administrators_only
def file(request: HttpRequest) -> HttpResponse:
    """Answer with what the filter finds as CSV, the newest fifty thousand of it."""
    actor = actor_of(request)
    question, errors = _question(_words(request))
    if errors:
        messages.error(request, " ".join(errors.values()))
        return redirect("audit")
    rows_of = {"disclosures": _disclosure_rows, "failed": _failed_rows}.get(
        request.GET.get("part", ""), _entry_rows
    )
    about = {"name": _("Audit"), "filter": {k: v for k, v in _words(request).items() if v}}
    lines = list(rows_of(actor, question))
    note_disclosure(actor, Disclosure.Act.EXPORT, "history", len(lines) - 1, about)
    answer = HttpResponse(b"".join(csv_file(lines)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name()}.csv"'
    return answer


def _file_name() -> str:
    name = file_name(_("Audit"))
    return name if name.isascii() else "audit"


def _entry_rows(actor: Actor, question: audit.Question) -> Iterator[list[Cell]]:
    yield [
        *(_("Number"), _("When"), _("Who"), _("Door"), _("Address"), _("Object"), _("Record")),
        *(_("Name"), _("Action"), _("Field"), _("From"), _("To")),
    ]
    after, left = None, MOST_EXPORTED
    while left > 0:
        lines, after = audit.page_lines(actor, question, after=after, limit=200)
        for line in lines:
            head: list[Cell] = [
                *(line.id, line.at, line.who.name if line.who else _("The system"), door_name(line.door)),
                *(line.address, line.object_label, line.record_id or None, line.title, line.said),
            ]
            if not line.changes:
                yield [*head, "", "", ""]
            for change in line.changes:
                yield [*head, change.label, change.before, change.after]
        left -= len(lines)
        if after is None:
            return


def _disclosure_rows(actor: Actor, question: audit.Question) -> Iterator[list[Cell]]:
    yield [
        *(_("When"), _("Who"), _("Door"), _("Address"), _("Action"), _("Object"), _("Records")),
        *(_("Name"), _("Filter")),
    ]
    for row in audit.find_disclosures(actor, question)[:MOST_EXPORTED]:
        yield [
            *(row.at, row.user.name if row.user else _("The system"), door_name(row.door), row.address),
            *(row.get_act_display(), row.object, row.rows, row.about.get("name", "")),
            str(row.about.get("sentence") or row.about.get("filter") or ""),
        ]


def _failed_rows(actor: Actor, question: audit.Question) -> Iterator[list[Cell]]:
    yield [_("First try"), _("Last try"), _("Tries"), _("E-mail"), _("Who"), _("Address"), _("Reason")]
    for row in audit.find_failed_sign_ins(actor, question)[:MOST_EXPORTED]:
        yield [
            *(row.first_at, row.last_at, row.count, row.email, row.user.name if row.user else ""),
            *(row.address, row.get_reason_display()),
        ]


@require_POST
@administrators_only
def check(request: HttpRequest) -> HttpResponse:
    """Check the chain of history in the background."""
    verify_history.using(unique_key="verify history").enqueue()
    messages.success(request, _("History is being checked. Look again in a moment."))
    return redirect("audit")


@require_POST
@administrators_only
def retention(request: HttpRequest) -> HttpResponse:
    """Say for how long it is kept who saw what."""
    try:
        update_organization(disclosure_days=number(request.POST.get("days", "").strip()))
    except ValidationError:
        words = {"least": LEAST_DAYS, "most": MOST_DAYS}
        messages.error(request, _("Write a number of days between %(least)s and %(most)s.") % words)
    else:
        messages.success(request, _("Saved."))
    return redirect("audit_disclosures")
