"""Giving many records the same values, as one change set that can be undone.

The records are fixed when the change is asked for. Few are changed at once, many in the background;
the counts of the change set say how many of them are done, so that a killed worker's successor
goes on exactly there.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.jobs import services as jobs
from headwater.jobs.tasks import job
from headwater.lib import clock
from headwater.metadata.kinds.relations import clean_id
from headwater.records.bulk import write_records
from headwater.records.errors import FieldError, Forbidden, Invalid
from headwater.records.find import FilterLike, find_records
from headwater.transfer import steps
from headwater.transfer.at_work import close, job_key, lock_open, running_job
from headwater.transfer.errors import WrongState
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace
from headwater.users.actor import Actor, Door

AT_ONCE = 200
"""So many records are changed before the request is answered."""
MOST = 500_000
OUTCOMES = ("updated", "unchanged", "failed")
MOST_FAILURES = 200
"""So many records that failed are kept with their reason."""


@transaction.atomic
def change_many(
    actor: Actor,
    object_name: str,
    values: dict[str, Any],
    *,
    filter: FilterLike = None,
    ids: Sequence[Any] | None = None,
    search: str = "",
) -> ChangeSet:
    """Give the records of a filter (and a search), or those named, the same values.

    Of a field that holds several, ``{"add": […], "remove": […]}`` adds and takes away instead.

    A record that the actor may not change fails alone. Raises Forbidden, FilterError, and Invalid
    for wrong values and for numbers of records that are not there for the actor.
    """
    rights.require(actor, object_name, Action.EDIT)
    rights.require(actor, object_name, Action.BULK)
    if not values:
        raise Invalid([FieldError("set", "required", _("Say which fields get which values."))])
    steps.check(actor, object_name, values)
    found = find_records(actor, object_name, filter, search=search, action=Action.BULK)
    if ids is None:
        numbers = list(found.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    else:
        numbers = _numbers(ids)
        _refuse_missing(numbers, found.filter(pk__in=numbers).values_list("pk", flat=True))
    if len(numbers) > MOST:
        raise Invalid(
            [FieldError("", "too_many", _("Change at most %(most)d records at a time.") % {"most": MOST})]
        )
    change_set = ChangeSet.objects.create(
        kind=ChangeSet.Kind.BULK,
        object=object_name,
        actor=actor.user,
        created_at=clock.now(),
        counts=dict.fromkeys(OUTCOMES, 0),
    )
    if len(numbers) <= AT_ONCE:
        carry_out(change_set.pk, numbers, values, actor.door)
    else:
        key = job_key(change_set)
        change_records.using(unique_key=key, actor_id=actor.user_id).enqueue(
            change_set.pk, numbers, values, actor.door
        )
    change_set.refresh_from_db()
    return change_set


def _numbers(ids: Sequence[Any]) -> list[int]:
    numbers = {clean_id(each) for each in ids}
    return sorted(number for number in numbers if number is not None)


def _refuse_missing(wanted: Sequence[int], found: Any) -> None:
    missing = sorted(set(wanted) - set(found))
    if missing:
        message = _("There is no record %(number)d for you to change.")
        raise Invalid(
            [FieldError("ids", "not_found", message % {"number": number}) for number in missing[:20]]
        )


@job(queue_name="bulk")
def change_records(change_set_id: int, numbers: list[int], values: dict[str, Any], door: Door) -> None:
    carry_out(change_set_id, numbers, values, door)


def carry_out(change_set_id: int, numbers: Sequence[int], values: dict[str, Any], door: Door) -> None:
    """Change the records that are not done yet; a person may ask to stop."""
    pace = Pace()
    while True:
        with transaction.atomic():
            change_set = lock_open(change_set_id)
            if change_set is None:
                return
            counts = {outcome: change_set.counts.get(outcome, 0) for outcome in OUTCOMES}
            done = sum(counts.values())
            chunk = numbers[done : done + pace.size]
            if not chunk or jobs.cancel_requested():
                close(change_set)
            else:
                actor = Actor(change_set.actor, door).through(door, change_set_id=change_set.pk)
                with pace.measure(len(chunk)):
                    for outcome, failure in _write(actor, change_set.object, chunk, values):
                        counts[outcome] += 1
                        if failure and len(change_set.failures) < MOST_FAILURES:
                            change_set.failures.append(failure)
                change_set.counts = counts
            change_set.save(update_fields=["state", "counts", "failures"])
        jobs.report_progress(done + len(chunk), len(numbers))


def _write(
    actor: Actor, object_name: str, chunk: Sequence[int], values: dict[str, Any]
) -> list[tuple[str, dict[str, Any] | None]]:
    """Write a chunk; return what became of each record, and for a failed one its number and why."""
    try:
        results = write_records(
            actor, object_name, steps.rows_of(object_name, chunk, values), through=Action.BULK
        )
    except Forbidden:  # the right was taken away since
        reason = _("You may not change these records any more.")
        return [("failed", {"record_id": number, "reason": reason}) for number in chunk]
    found: list[tuple[str, dict[str, Any] | None]] = []
    for number, result in zip(chunk, results, strict=True):
        reason = " ".join(dict.fromkeys(error.message for error in result.errors))
        failed = result.outcome == "failed"
        found.append((result.outcome, {"record_id": number, "reason": reason} if failed else None))
    return found


def stop(change_set: ChangeSet) -> None:
    """Stop changing more records; what is changed stays and can be undone. Raises WrongState."""
    running = running_job(change_set)
    if running is None:
        raise WrongState(change_set.state, _("Nothing is being changed any more."))
    jobs.request_cancel(running.pk)
    running.refresh_from_db()
    if running.is_finished:  # it had not begun
        ChangeSet.objects.filter(pk=change_set.pk, state=ChangeSet.State.OPEN).update(
            state=ChangeSet.State.DONE
        )
    change_set.refresh_from_db()
