"""Background work of this room: each job only calls its service."""

from headwater.files import cleaning
from headwater.jobs.tasks import job


@job(priority=-50)
def clean_up_files() -> int:
    return sum(cleaning.clean_up())
