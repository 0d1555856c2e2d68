"""How calls that are logged on a lead reach its status.

A call is evidence like a paper, and speaks where no paper does: as long as it exists, and until somebody
sets the status by hand. So deleting a call gives the status that the others give.
"""

from collections import defaultdict
from collections.abc import Sequence

from headwater.activities.models import Event
from headwater.history.services import UPDATED
from headwater.pipeline.evidence import Evidence, set_evidence
from headwater.pipeline.models import Lead, LeadEvidence
from headwater.pipeline.status import CALLS, status_of
from headwater.records.effects import Write
from headwater.records.facts import lock_records
from headwater.users.actor import Actor

_KINDS = {
    Event.Direction.OUTGOING: LeadEvidence.Kind.OUTGOING_CALL,
    Event.Direction.INCOMING: LeadEvidence.Kind.INCOMING_CALL,
}


def event_written(actor: Actor, event: Event) -> None:
    """Tell a lead of a call that was logged on it, changed or deleted; meetings leave its status alone."""
    if event.kind != Event.Kind.CALL:
        return
    kind = _KINDS[Event.Direction(event.direction)]
    lock_records("lead", [event.record_id])  # before it is asked whether the call still speaks
    known = LeadEvidence.objects.filter(lead=event.record_id, kind=kind, record_id=event.pk).first()
    live = known.live if known else True
    exists = event.deleted_at is None
    set_evidence(actor, [Evidence(event.record_id, kind, event.pk, event.at, live=live, exists=exists)])


def leads_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Let calls speak no longer for leads whose status was set after them, by hand or by the clock."""
    decided = {
        write.record.pk: write
        for write in writes
        if write.verb == UPDATED
        and (
            "manual_status" in write.changes
            or ("status" in write.changes and not _record(write).evidence_status)
        )
    }
    if not decided:
        return
    calls: dict[int, list[LeadEvidence]] = defaultdict(list)
    for row in LeadEvidence.objects.filter(lead__in=list(decided), kind__in=list(CALLS), live=True):
        calls[row.lead_id].append(row)
    over = [row.pk for pk, rows in calls.items() if _set_by_hand(decided[pk], rows) for row in rows]
    if over:
        LeadEvidence.objects.filter(pk__in=over).update(live=False)


def _record(write: Write) -> Lead:
    assert isinstance(write.record, Lead)
    return write.record


def _set_by_hand(write: Write, calls: Sequence[LeadEvidence]) -> bool:
    """Say whether a status is not what the calls make of it.

    Setting back the status that was set before them changes only what is shown.
    """
    return "manual_status" in write.changes or bool(status_of(calls, _record(write).manual_status))
