"""The audit: what happened and who saw what, for administrators."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.activities import audit
from headwater.activities.audit.reading import cut
from headwater.api.answers import answer, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.schemas import audit as schemas
from headwater.api.schemas.common import Page
from headwater.history.disclosures import MANY, Act, note_disclosure
from headwater.history.models import Disclosure
from headwater.history.verifying import latest_verification
from headwater.users.models import FailedSignIn

router = Router(tags=["Settings"])

MOST_COUNTED = 1000


@router.get("/audit", response=Page[schemas.AuditEntry], auth=ADMINISTERING)
def list_audit(request: HttpRequest, query: Query[schemas.EntryQuery]) -> HttpResponse:
    """List everything that happened to records and settings, newest first. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    question = _question(query, record=query.record)
    lines, following = audit.page_lines(caller.actor, question, after=query.after, limit=query.limit)
    if len(lines) >= MANY:
        note_disclosure(caller.actor, Act.LIST, "history", len(lines))
    return _page([line.to_json() for line in lines], following, audit.find_entries(caller.actor, question))


@router.get("/audit/disclosures", response=Page[schemas.DisclosureEntry], auth=ADMINISTERING)
def list_disclosures(request: HttpRequest, query: Query[schemas.AuditQuery]) -> HttpResponse:
    """List who took records away or saw many of them, newest first. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    found = audit.find_disclosures(caller.actor, _question(query))
    rows, following = cut(found, query.after, query.limit)
    return _page([_disclosure_json(row) for row in rows], following, found)


@router.get("/audit/failed-sign-ins", response=Page[schemas.FailedSignInEntry], auth=ADMINISTERING)
def list_failed_sign_ins(request: HttpRequest, query: Query[schemas.FailedSignInQuery]) -> HttpResponse:
    """List which attempts to sign in failed, newest first. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    reason = (query.reason or "").replace("\x00", "")
    question = audit.Question(person=query.person, action=reason, first=query.first, last=query.last)
    found = audit.find_failed_sign_ins(caller.actor, question)
    rows, following = cut(found, query.after, query.limit)
    return _page([_failed_json(row) for row in rows], following, found)


@router.get("/audit/chain", response=schemas.Chain, auth=ADMINISTERING)
def read_chain(request: HttpRequest) -> HttpResponse:
    """Say what the last check of history found. For administrators."""
    caller_of(request).require_administrator()
    found = latest_verification()
    never = {"at": None, "problem": "", "entry": None, "seal": None, "entries": 0, "seals": 0, "head": ""}
    return answer({name: getattr(found, name) for name in never} if found else never)


def _question(query: schemas.AuditQuery, *, record: int | None = None) -> audit.Question:
    def word(text: str | None) -> str:
        return (text or "").replace("\x00", "")

    return audit.Question(
        person=query.person,
        object=word(query.object),
        record=record,
        action=word(query.action),
        door=word(query.door),
        first=query.first,
        last=query.last,
    )


def _page(items: list[Any], following: int | None, found: Any) -> HttpResponse:
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    cursor = str(following) if following is not None else None
    return page(items, cursor, count=min(counted, MOST_COUNTED), exact=counted <= MOST_COUNTED)


def _disclosure_json(row: Disclosure) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "by": {"id": row.user.pk, "name": row.user.name} if row.user else None,
        "door": row.door,
        "address": row.address,
        "act": row.act,
        "object": row.object,
        "rows": row.rows,
        "about": row.about,
    }


def _failed_json(row: FailedSignIn) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "user": {"id": row.user.pk, "name": row.user.name} if row.user else None,
        "address": row.address,
        "reason": row.reason,
        "count": row.count,
        "first_at": row.first_at,
        "last_at": row.last_at,
    }
