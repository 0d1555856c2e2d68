"""Background work about records of any object."""

from headwater.jobs.tasks import job
from headwater.records import computing


@job(queue_name="bulk")
def compute_fields(object_name: str) -> int:
    return computing.compute_all(object_name)
