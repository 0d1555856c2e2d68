"""Change sets while they are written chunk by chunk, and their end."""

from collections.abc import Callable

from headwater.jobs.models import Job
from headwater.transfer.models import ChangeSet

Listener = Callable[[ChangeSet], None]
_listeners: list[Listener] = []


def on_written(listener: Listener) -> None:
    """Call ``listener`` in the transaction in which a change set is written completely."""
    _listeners.append(listener)


def close(change_set: ChangeSet) -> None:
    """Say that a change set is written, or as much of it as ever will be; the caller saves it."""
    change_set.state = ChangeSet.State.DONE
    for listener in _listeners:
        listener(change_set)


def job_key(change_set: ChangeSet) -> str:
    """Return the unique key of the job that writes a change set."""
    return f"{change_set.kind} {change_set.pk}"


def running_job(change_set: ChangeSet) -> Job | None:
    """Return the job that is still writing a change set, if there is one."""
    return Job.objects.filter(unique_key=job_key(change_set), state__in=Job.UNFINISHED).first()


def lock_open(change_set_id: int) -> ChangeSet | None:
    """Return a change set with its actor, locked for one chunk; None when it is written already."""
    locked = ChangeSet.objects.select_for_update(of=("self",)).select_related("actor")
    change_set: ChangeSet = locked.get(pk=change_set_id)
    return change_set if change_set.state == ChangeSet.State.OPEN else None
