"""What an administrator may ask of the audit, and the answer a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.activities.audit.lines import Line, lines_of, verb_label
from headwater.activities.audit.values import settings_models
from headwater.history.models import Disclosure, HistoryEntry
from headwater.lib.collation import sort_key
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.records.errors import FieldError, Invalid
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.models import FailedSignIn

Row = TypeVar("Row", bound=Model)

DOORS = ("ui", "api", "import", "automation", "system")
VERBS = ("created", "updated", "deleted", "restored")
MAX_PAGE = 200
SYSTEM_ITSELF = "system"
"""Stands for a person where nobody acted but the system."""


@dataclass(frozen=True)
class Question:
    """Which entries: empty words ask for all. Days are those of the organization."""

    person: int | str | None = None
    object: str = ""
    record: int | None = None
    action: str = ""
    door: str = ""
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) not in (None, "") for field in fields(self))


def read_question(words: Mapping[str, str]) -> Question:
    """Read a question from the words of an address. Raises Invalid naming every wrong one."""
    errors: list[FieldError] = []
    person = words.get("person", "").strip()
    record = words.get("record", "").strip()
    found = Question(
        person=person if person == SYSTEM_ITSELF else _number("person", person, errors),
        object=_text(words.get("object", "")),
        record=_number("record", record, errors),
        action=_text(words.get("action", "")),
        door=_text(words.get("door", "")),
        first=_day("first", words.get("first", ""), errors),
        last=_day("last", words.get("last", ""), errors),
    )
    if errors:
        raise Invalid(errors)
    return found


def _text(word: str) -> str:
    return word.strip().replace("\x00", "")[:60]


def _number(name: str, word: str, errors: list[FieldError]) -> int | None:
    if not word:
        return None
    number = whole_number(word)
    if number is None:
        errors.append(FieldError(name, "not_number", _("Give a whole number.")))
    return number


def _day(name: str, word: str, errors: list[FieldError]) -> date | None:
    if not word.strip():
        return None
    try:
        return date.fromisoformat(word.strip())
    except ValueError:
        errors.append(FieldError(name, "not_date", _("Write a date as 2026-12-31.")))
        return None


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), organization.zone()).astimezone(UTC)


def _within(rows: QuerySet[Any], question: Question, instant: str, person: str) -> QuerySet[Any]:
    if question.first and question.first > date.min + timedelta(days=2):
        rows = rows.filter(**{f"{instant}__gte": _instant(question.first)})
    if question.last and question.last < date.max - timedelta(days=2):
        rows = rows.filter(**{f"{instant}__lt": _instant(question.last + timedelta(days=1))})
    if question.person == SYSTEM_ITSELF:
        rows = rows.filter(**{f"{person}__isnull": True})
    elif question.person is not None:
        rows = rows.filter(**{f"{person}_id": question.person})
    if question.object:
        rows = rows.filter(object=question.object)
    return rows.filter(door=question.door) if question.door else rows


def find_entries(actor: Actor, question: Question) -> QuerySet[HistoryEntry]:
    """Return the entries of history that answer the question, newest first. Raises Forbidden."""
    rights.require_administrator(actor)
    rows = _within(HistoryEntry.objects.select_related("actor"), question, "recorded_at", "actor")
    if question.action:
        rows = rows.filter(verb=question.action)
    if question.record is not None:
        rows = rows.filter(record_id=question.record)
    found: QuerySet[HistoryEntry] = rows.order_by("-pk")
    return found


def find_disclosures(actor: Actor, question: Question) -> QuerySet[Disclosure]:
    """Return who saw what, newest first; ``action`` is one of ``Disclosure.Act``. Raises Forbidden."""
    rights.require_administrator(actor)
    rows = _within(Disclosure.objects.select_related("user"), question, "at", "user")
    if question.action:
        rows = rows.filter(act=question.action)
    found: QuerySet[Disclosure] = rows.order_by("-pk")
    return found


def find_failed_sign_ins(actor: Actor, question: Question) -> QuerySet[FailedSignIn]:
    """Return which attempts to sign in failed, newest first, by person, reason and day. Raises Forbidden.

    ``person`` is whose address was typed, ``SYSTEM_ITSELF`` stands for addresses that are nobody's;
    ``action`` is one of ``FailedSignIn.Reason``.
    """
    rights.require_administrator(actor)
    asked = replace(question, object="", door="")
    rows = _within(FailedSignIn.objects.select_related("user"), asked, "last_at", "user")
    if question.action:
        rows = rows.filter(reason=question.action)
    found: QuerySet[FailedSignIn] = rows.order_by("-pk")
    return found


def cut(rows: QuerySet[Row], after: int | None, limit: int) -> tuple[list[Row], int | None]:
    """Return one page of rows that come newest first, and the cursor of the next one."""
    limit = max(1, min(limit, MAX_PAGE))
    found = list((rows if after is None else rows.filter(pk__lt=after))[: limit + 1])
    shown = found[:limit]
    return shown, shown[-1].pk if len(found) > limit else None


def page_lines(
    actor: Actor, question: Question, *, after: int | None = None, limit: int = 50
) -> tuple[list[Line], int | None]:
    """Return one page of the audit in words, and the cursor of the next one. Raises Forbidden."""
    entries, following = cut(find_entries(actor, question), after, limit)
    return lines_of(actor, entries), following


def object_labels() -> list[tuple[str, str]]:
    """Return everything that history can be about, by name, in the order of the labels."""
    found = {entry.name: str(entry.label) for entry in registry.objects() if entry.is_record}
    found |= {name: str(model.audit_label) for name, model in settings_models().items()}
    return sorted(found.items(), key=lambda item: sort_key(item[1]))


def verb_labels() -> list[tuple[str, str]]:
    """Return the actions that every object has."""
    return [(verb, verb_label(verb)) for verb in VERBS]
