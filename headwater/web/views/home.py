"""The start page: what to do now, and what is new."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from headwater.access.grants import holds_by_name
from headwater.access.models import Action, Scope
from headwater.access.rights import is_administrator, scope
from headwater.metadata import registry
from headwater.metadata.filters import parse_filter
from headwater.records.paging import page_records
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.services import update_organization
from headwater.web.cells import Links, renderer
from headwater.web.objects import title_of
from headwater.web.queries import ListQuery
from headwater.web.shell import actor_of
from headwater.web.views.demo import running_job
from headwater.web.views.settings.forms import administrators_only

SHOWN = 8
MINE = {"field": "owner", "op": "me"}
OPEN = {
    "field": "status",
    "op": "in",
    "value": ["lead", "open", "replied", "interested", "opportunity", "quotation"],
}
ASSIGNED = {"field": "assignees", "op": "me"}
OF_OTHERS = {"none": [MINE]}
OPEN_DEALS = {"field": "status", "op": "in", "value": ["open", "replied", "quotation"]}
THIS_WEEK = {"field": "created_at", "op": "newer_than", "value": {"n": 7, "unit": "day"}}


@dataclass(frozen=True)
class Question:
    """A short list of the start page: an object, a filter and the two or three fields worth seeing.

    ``of_team`` and ``of_all`` name the same of others, for who leads people and owns none herself. What is
    ``assigned`` is asked only of who can have something, and shown only where there is something.
    """

    label: str | Promise
    object_name: str
    conditions: tuple[dict[str, Any], ...]
    sort: tuple[str, ...]
    fields: tuple[str, ...]
    nothing: str | Promise
    wide: bool = False
    assigned: bool = False
    of_team: str | Promise = ""
    of_all: str | Promise = ""

    @property
    def is_open(self) -> bool:
        """Whether the reader has every field that the question asks about."""
        asked = [condition["field"] for condition in self.conditions if "field" in condition]
        asked += [word.removeprefix("-") for word in self.sort]
        return all(key in registry.get(self.object_name).fields for key in asked)


QUESTIONS = (
    Question(
        _("Contact now"),
        "lead",
        (MINE, {"field": "next_contact_at", "op": "before", "value": {"rel": "now"}}),
        ("next_contact_at",),
        ("next_contact_at", "phone"),
        _("Nobody waits for your call."),
        of_team=_("Contact now: my team"),
        of_all=_("Contact now: everybody"),
    ),
    Question(
        _("My open leads"),
        "lead",
        (MINE, OPEN),
        ("-created_at",),
        ("status", "source", "created_at"),
        _("You have no open leads."),
        wide=True,
        of_team=_("Open leads of my team"),
        of_all=_("Open leads of everybody"),
    ),
    Question(
        _("Open leads assigned to me"),
        "lead",
        (ASSIGNED, OF_OTHERS, OPEN),
        ("-created_at",),
        ("status", "owner", "created_at"),
        "",
        wide=True,
        assigned=True,
    ),
    Question(
        _("My open opportunities"),
        "opportunity",
        (MINE, OPEN_DEALS),
        ("expected_close",),
        ("stage", "amount", "expected_close"),
        _("You have no open opportunities."),
        of_team=_("Open opportunities of my team"),
        of_all=_("Open opportunities of everybody"),
    ),
    Question(
        _("Open opportunities assigned to me"),
        "opportunity",
        (ASSIGNED, OF_OTHERS, OPEN_DEALS),
        ("expected_close",),
        ("stage", "owner"),
        "",
        assigned=True,
    ),
    Question(
        _("New this week"),
        "lead",
        (THIS_WEEK,),
        ("-created_at",),
        ("owner", "source", "created_at"),
        _("No new leads in the last seven days."),
        wide=True,
    ),
)


def answer(actor: Actor, question: Question) -> dict[str, Any]:
    """Return the first rows of a question and the address of the whole list."""
    entry = registry.get(question.object_name)
    tree = {"all": list(question.conditions)}
    page = page_records(
        actor, entry.name, filter=parse_filter(entry.name, tree), sort=question.sort, limit=SHOWN
    )
    fields = [entry.fields[key] for key in question.fields if key in entry.fields]
    links = Links(actor, fields, page.items)
    renders = [renderer(field, links) for field in fields]
    query = ListQuery(entry, tree=tree, sort=question.sort)
    rows = [(title_of(entry, r), query.record_url(r.pk), [show(r) for show in renders]) for r in page.items]
    return {"question": question, "entry": entry, "page": page, "rows": rows, "url": query.url()}


def best_answer(actor: Actor, question: Question) -> dict[str, Any]:
    """Return the reader's own, or where she has none what her team has, or what everybody has."""
    found = answer(actor, question)
    wider = None if found["rows"] or MINE not in question.conditions else widened(actor, question)
    others = answer(actor, wider) if wider is not None else found
    return others if others["rows"] else found


def widened(actor: Actor, question: Question) -> Question | None:
    """Return the question about others that the reader may see; None where she sees only her own."""
    reach = scope(actor, question.object_name, Action.SEE)
    rest = tuple(one for one in question.conditions if one != MINE)
    fields = ("owner", *(key for key in question.fields if key != "owner"))[: 3 if question.wide else 2]
    if reach in (Scope.TEAM, Scope.TEAM_AND_BELOW, Scope.ALL) and actor.user and actor.user.team_id:
        team = "my_team" if reach == Scope.TEAM else "my_team_and_below"
        mine = {"field": "owner", "op": team}
        return replace(question, label=question.of_team, conditions=(mine, *rest), fields=fields)
    if reach == Scope.ALL:
        return replace(question, label=question.of_all, conditions=rest, fields=fields)
    return None


def is_asked(actor: Actor, question: Question) -> bool:
    """Say whether there is anything to ask of this reader. Costs no query."""
    if scope(actor, question.object_name, Action.SEE) == Scope.NONE or not question.is_open:
        return False
    return not question.assigned or holds_by_name(actor, question.object_name)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page."""
    actor = actor_of(request)
    answers = [best_answer(actor, question) for question in QUESTIONS if is_asked(actor, question)]
    answers = [found for found in answers if found["rows"] or not found["question"].assigned]
    is_new = not any(found["rows"] for found in answers)
    context = {
        "answers": answers,
        "is_new": is_new,
        "demo_job": running_job(request),
        "ask_for_key": is_administrator(actor) and not organization.current().key_kept,
        "key_file": settings.KEY_FILE,
    }
    return render(request, "pages/home.html", context)


@require_POST
@administrators_only
def key_kept(request: HttpRequest) -> HttpResponse:
    """Ask nobody any more to keep a copy of the secret key."""
    update_organization(key_kept=True)
    return redirect("home")
