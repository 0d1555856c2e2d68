"""The status of a lead by its evidence, and why it is what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.titles import titles_of
from headwater.pipeline.models import Lead, LeadEvidence
from headwater.pipeline.models.lead import BY_CALLS, LeadStatus
from headwater.records.context import filter_context
from headwater.users.actor import Actor

Kind = LeadEvidence.Kind

# Status, the kinds of evidence that speak for it, and whether they must be live. The first true line wins.
RULES: tuple[tuple[LeadStatus, frozenset[str], bool], ...] = (
    (LeadStatus.CONVERTED, frozenset({Kind.CUSTOMER}), False),
    (LeadStatus.CONVERTED, frozenset({Kind.ORDER}), True),
    (LeadStatus.QUOTATION, frozenset({Kind.QUOTATION}), True),
    (LeadStatus.OPPORTUNITY, frozenset({Kind.OPPORTUNITY}), True),
    (LeadStatus.LOST_QUOTATION, frozenset({Kind.LOST_QUOTATION}), True),
)
CONVERTING = frozenset({Kind.OPPORTUNITY, Kind.CUSTOMER})
"""Making one of these converts a lead."""

CALLS: dict[str, tuple[LeadStatus, frozenset[str]]] = {
    Kind.OUTGOING_CALL: (LeadStatus.REPLIED, frozenset({LeadStatus.LEAD, LeadStatus.OPEN})),
    Kind.INCOMING_CALL: (
        LeadStatus.OPEN,
        frozenset({LeadStatus.LEAD, LeadStatus.REPLIED, LeadStatus.INTERESTED}),
    ),
}
"""What a call makes of a lead that no paper speaks for, and from which status."""


def _speaks(row: LeadEvidence, kinds: frozenset[str], live_only: bool) -> bool:
    return row.exists and row.kind in kinds and (row.live or not live_only)


def status_of(rows: Iterable[LeadEvidence], manual_status: str) -> str:
    """Return the status that evidence gives a lead whose status was set by hand, "" when it gives none."""
    known = list(rows)
    for status, kinds, live_only in RULES:
        if any(_speaks(row, kinds, live_only) for row in known):
            return status
    return _after_calls(known, manual_status)


def _after_calls(rows: Iterable[LeadEvidence], manual_status: str) -> str:
    """Return what the calls since the status was set made of it, one after the other; "" for no change."""
    calls = [row for row in rows if _speaks(row, frozenset(CALLS), True)]
    status = manual_status
    for call in sorted(calls, key=lambda row: (row.at, row.record_id)):
        after, starts = CALLS[call.kind]
        if status in starts:
            status = after
    return status if status != manual_status else ""


def converted_at_of(rows: Iterable[LeadEvidence]) -> datetime | None:
    """Return the instant of the first opportunity or customer that still exists."""
    return min((row.at for row in rows if row.exists and row.kind in CONVERTING), default=None)


@dataclass(frozen=True)
class EvidenceLine:
    """One fact about a lead, as the reader may know it; ``title`` is None when she may not see the record."""

    kind: str
    label: str
    record_id: int
    title: str | None
    at: datetime
    live: bool
    counts: bool


@dataclass(frozen=True)
class StatusExplanation:
    """Why a lead has its status: the rule in words, and the evidence, what decides first."""

    status: str
    status_label: str
    reason: str
    manual_status: str
    manual_status_label: str
    evidence: list[EvidenceLine]


_REASONS: dict[str, str | Promise] = {
    LeadStatus.DO_NOT_CONTACT: _("It was set by hand and stays until somebody lifts it."),
    LeadStatus.CONVERTED: _("A customer made from the lead, or a confirmed order, exists."),
    LeadStatus.QUOTATION: _("A live quotation exists."),
    LeadStatus.OPPORTUNITY: _("An opportunity exists that is not lost."),
    LeadStatus.LOST_QUOTATION: _("A lost quotation exists, and nothing that goes on."),
}
_CALLED = _("Calls were logged since the status was last set by hand.")
_BY_HAND = _("Nothing made from the lead speaks for another status, so the one set last holds.")


def explain_status(actor: Actor, lead: Lead) -> StatusExplanation:
    """Say why a lead that the actor sees has its status."""
    rows = list(lead.evidence.filter(exists=True).order_by("at", "pk"))
    deciding = "" if lead.manual_status == LeadStatus.DO_NOT_CONTACT else lead.evidence_status
    reason: str | Promise = _BY_HAND
    if deciding or lead.status == LeadStatus.DO_NOT_CONTACT:
        reason = _REASONS.get(lead.status, _CALLED)
    lines = _lines(actor, rows, deciding)
    return StatusExplanation(
        status=lead.status,
        status_label=str(LeadStatus(lead.status).label),
        reason=str(reason),
        manual_status=lead.manual_status,
        manual_status_label=str(LeadStatus(lead.manual_status).label),
        evidence=sorted(lines, key=lambda line: not line.counts),
    )


def _lines(actor: Actor, rows: Sequence[LeadEvidence], deciding: str) -> list[EvidenceLine]:
    kinds = {row.kind for row in rows}
    context = filter_context(actor)
    titles = {
        kind: titles_of(kind, [row.record_id for row in rows if row.kind == kind], context)
        for kind in kinds
        if _is_object(kind)
    }
    deciders = [(ks, live_only) for status, ks, live_only in RULES if status == deciding]
    if deciding in BY_CALLS:
        deciders.append((frozenset(CALLS), True))
    return [
        EvidenceLine(
            kind=row.kind,
            label=str(Kind(row.kind).label),
            record_id=row.record_id,
            title=titles.get(row.kind, {}).get(row.record_id),
            at=row.at,
            live=row.live,
            counts=any(_speaks(row, ks, live_only) for ks, live_only in deciders),
        )
        for row in rows
    ]


def _is_object(name: str) -> bool:
    try:
        registry.get(name)
    except UnknownObject:
        return False
    return True
