"""Background work about records of any object."""

from headwater.jobs.tasks import job
from headwater.records import computing, slots, unique


@job(queue_name="bulk")
def compute_fields(object_name: str) -> int:
    return computing.compute_all(object_name)


@job(queue_name="bulk")
def keep_slot(number: int) -> None:
    slots.keep_slot(number)


@job(queue_name="bulk")
def check_values(number: int) -> None:
    unique.check_values(number)
