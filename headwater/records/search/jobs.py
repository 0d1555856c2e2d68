"""Background work of search."""

from headwater.jobs.tasks import job
from headwater.records.search import upkeep


@job(queue_name="bulk")
def keep_search_texts() -> None:
    upkeep.keep_texts()
