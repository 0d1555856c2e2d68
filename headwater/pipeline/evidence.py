"""How facts about opportunities, customers, papers and calls reach the status of their lead.

Whoever makes, loses, deletes or restores such a thing says so here, in the same transaction;
the lead's status and conversion follow at once, whatever door the fact came through.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from headwater.history.services import CREATED, DELETED, RESTORED, UPDATED, Changes
from headwater.pipeline.models import Lead, LeadEvidence, Opportunity
from headwater.pipeline.models.opportunity import OpportunityStatus
from headwater.pipeline.status import CALLS, converted_at_of, status_of
from headwater.records.effects import Write
from headwater.records.facts import Fact, lock_records, write_facts_of_many
from headwater.users.actor import Actor

Kind = LeadEvidence.Kind
Key = tuple[int, str, int]


@dataclass(frozen=True)
class Evidence:
    """What is true now of one thing made from a lead.

    ``at`` is when it was made, by business date; ``noted_at`` when this was recorded, if not now.
    """

    lead_id: int
    kind: str
    record_id: int
    at: datetime
    live: bool = True
    exists: bool = True
    noted_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.lead_id, self.kind, self.record_id


def set_evidence(
    actor: Actor, known: Sequence[Evidence], *, values: Mapping[int, dict[str, Any]] | None = None
) -> None:
    """Take note of facts, and derive the status and the conversion of their leads again.

    Must run in the transaction of the facts. Each lead gets one history entry with the cause.
    ``values`` are further facts about leads, by lead and model attribute, for the same entry.
    The number of statements does not grow with the number of facts.
    """
    latest = {fact.key: fact for fact in known}
    # The leads are locked first: of two people who act on one lead, the second sees what the first noted.
    leads = lock_records("lead", {fact.lead_id for fact in latest.values()})
    rows = _rows_of(leads)
    around: dict[int, Changes] = defaultdict(dict)
    events: dict[int, tuple[str, str]] = {}
    noted = {fact.lead_id: fact.noted_at for fact in latest.values()}
    written = []
    for fact in latest.values():
        if fact.lead_id not in leads:
            continue
        row = rows[fact.lead_id].get(fact.key)
        before = _as_json(row)
        if row is None:
            row = LeadEvidence(lead_id=fact.lead_id, kind=fact.kind, record_id=fact.record_id)
            rows[fact.lead_id][fact.key] = row
        verb = _verb(row, fact)
        row.live, row.exists, row.at = fact.live, fact.exists, fact.at
        written.append(row)
        if fact.kind in CALLS:  # has an entry of its own at the lead
            events.setdefault(fact.lead_id, (UPDATED, f"event {fact.record_id}"))
        elif verb:
            around[fact.lead_id][f"{fact.kind}:{fact.record_id}"] = [before, _as_json(row)]
            events.setdefault(fact.lead_id, (f"{fact.kind}_{verb}", f"{fact.kind}:{fact.record_id}"))
    _save(written)
    facts = []
    for lead_id, lead in leads.items():
        assert isinstance(lead, Lead)
        verb, cause = events.get(lead_id, (UPDATED, ""))
        derived: dict[str, Any] = {
            "evidence_status": status_of(rows[lead_id].values(), lead.manual_status),
            "evidence_converted_at": converted_at_of(rows[lead_id].values()),
        }
        more = (values or {}).get(lead_id, {})
        facts.append(
            Fact(lead, derived | more, around=around[lead_id], verb=verb, cause=cause, at=noted.get(lead_id))
        )
    # No change set: undoing the thing that was made undoes this with it, and nobody else may.
    write_facts_of_many(replace(actor, change_set_id=None), "lead", facts)


def _rows_of(leads: Iterable[int]) -> dict[int, dict[Key, LeadEvidence]]:
    rows: dict[int, dict[Key, LeadEvidence]] = defaultdict(dict)
    for row in LeadEvidence.objects.filter(lead__in=list(leads)):
        rows[row.lead_id][row.lead_id, row.kind, row.record_id] = row
    return rows


def _save(rows: Sequence[LeadEvidence]) -> None:
    LeadEvidence.objects.bulk_create(
        [
            LeadEvidence(
                lead_id=row.lead_id,
                kind=row.kind,
                record_id=row.record_id,
                live=row.live,
                exists=row.exists,
                at=row.at,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["lead", "kind", "record_id"],
        update_fields=["live", "exists", "at"],
    )


def _as_json(row: LeadEvidence | None) -> dict[str, Any] | None:
    if row is None or not row.exists:
        return None
    return {row.kind: row.record_id, "live": row.live}


def _verb(row: LeadEvidence, fact: Evidence) -> str:
    """Say what a fact means against what was known; "" when nothing that people care about."""
    if row._state.adding:
        return "made" if fact.exists else ""
    if row.exists != fact.exists:
        return "restored" if fact.exists else "gone"
    if fact.exists and row.live != fact.live:
        return "reopened" if fact.live else "lost"
    return ""


_DECISIVE = frozenset({"lead", "status", "created_at"})


def opportunities_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Tell the leads of opportunities what became of these."""
    known: list[Evidence] = []
    for write in writes:
        if write.verb not in (CREATED, DELETED, RESTORED) and not _DECISIVE & write.changes.keys():
            continue
        record = write.record
        assert isinstance(record, Opportunity)
        now = Evidence(
            lead_id=record.lead_id or 0,
            kind=Kind.OPPORTUNITY,
            record_id=record.pk,
            at=record.created_at,
            live=record.status != OpportunityStatus.LOST,
            exists=record.deleted_at is None,
            noted_at=None if write.verb in (DELETED, RESTORED) else record.updated_at,
        )
        before = write.changes.get("lead", [None])[0]
        if before is not None:
            known.append(replace(now, lead_id=before, exists=False))
        if record.lead_id is not None:
            known.append(now)
    if known:
        set_evidence(actor, known)


def customers_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Tell the leads that customers were made from what became of these."""
    records = {
        write.record.pk: write.record
        for write in writes
        if write.verb in (DELETED, RESTORED) or "created_at" in write.changes
    }
    if not records:
        return
    rows = list(LeadEvidence.objects.filter(kind=Kind.CUSTOMER, record_id__in=list(records)))
    if not rows:
        return
    leads = lock_records("lead", {row.lead_id for row in rows})
    known = []
    values: dict[int, dict[str, Any]] = {}
    for row in rows:
        record, lead = records[row.record_id], leads[row.lead_id]
        assert isinstance(lead, Lead)
        exists = record.deleted_at is None
        known.append(Evidence(row.lead_id, row.kind, row.record_id, record.created_at, exists=exists))
        # A lead points to its customer as long as there is one, and to no deleted one.
        if exists and lead.customer_id is None:
            values[lead.pk] = {"customer_id": record.pk}
        elif not exists and lead.customer_id == record.pk:
            values[lead.pk] = {"customer_id": None}
    set_evidence(actor, known, values=values)
