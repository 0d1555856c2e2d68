"""Background work of this room: each job only calls its service."""

from headwater.jobs.tasks import job
from headwater.transfer import execution, purging, undoing


@job(queue_name="bulk")
def run_import(run_id: int) -> None:
    execution.carry_out(run_id)


@job(queue_name="bulk")
def undo_change_set(change_set_id: int) -> None:
    undoing.carry_out(change_set_id)


@job(priority=-50)
def purge_imports() -> int:
    return purging.purge_imports()
