"""Change sets that go over several objects in steps, chunk by chunk: hand-overs, merges of options.

The plan of such a change set has ``steps``, each with its ``total``; ``step`` and ``after`` are where it
stands. So a job that was killed goes on where it was.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.records.bulk import RowWrite, write_records
from headwater.transfer.at_work import lock_open
from headwater.transfer.bulk import MOST_FAILURES, OUTCOMES
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace
from headwater.users.acting import acting
from headwater.users.actor import Actor, Door

GoOn = Callable[[Actor, ChangeSet, Pace], None]


def plan_change_set(actor: Actor, kind: str, plan: dict[str, Any]) -> ChangeSet:
    """Store a change set that nothing is written of yet."""
    counts = dict.fromkeys(OUTCOMES, 0)
    made: ChangeSet = ChangeSet.objects.create(
        kind=kind, object="", actor=actor.user, created_at=clock.now(), counts=counts, plan=plan
    )
    return made


def carry_out(change_set_id: int, door: Door, go_on: GoOn) -> None:
    """Call ``go_on``, in a transaction for each chunk, until it closes the change set.

    Everything is done by whoever made the change set, through the door she came by.
    """
    pace = Pace()
    while _do_chunk(change_set_id, door, go_on, pace):
        pass


def _do_chunk(change_set_id: int, door: Door, go_on: GoOn, pace: Pace) -> bool:
    """Do the next chunk; return whether the change set was still open."""
    with transaction.atomic():
        change_set = lock_open(change_set_id)
        if change_set is None:
            return False
        actor = Actor(change_set.actor, door).through(door, change_set_id=change_set.pk)
        with acting(lambda: actor):
            go_on(actor, change_set, pace)
        change_set.save(update_fields=["state", "counts", "failures", "plan"])
    steps = change_set.plan["steps"]
    jobs.report_progress(sum(change_set.counts.values()), sum(step["total"] for step in steps))
    return True


def write_chunk(
    actor: Actor, change_set: ChangeSet, object_name: str, rows: Sequence[RowWrite], pace: Pace, **how: Any
) -> None:
    """Write the next records of a step, as ``write_records`` does, and count what came of each.

    Without rows the plan goes on to its next step.
    """
    plan = change_set.plan
    if not rows:
        plan["step"], plan["after"] = plan["step"] + 1, 0
        return
    with pace.measure(len(rows)):
        results = write_records(actor, object_name, rows, **how)
    for row, result in zip(rows, results, strict=True):
        change_set.counts[result.outcome] += 1
        if result.outcome == "failed" and len(change_set.failures) < MOST_FAILURES:
            reason = " ".join(dict.fromkeys(error.message for error in result.errors))
            change_set.failures.append({"object": object_name, "record_id": row.record_id, "reason": reason})
    plan["after"] = rows[-1].record_id
