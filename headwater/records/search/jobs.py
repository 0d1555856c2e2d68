"""Background work of search."""

from headwater.jobs.tasks import job
from headwater.records.search import upkeep


@job(queue_name="bulk")
def keep_search_texts() -> None:
    upkeep.keep_texts()


@job(queue_name="bulk")
def renew_search_texts(object_name: str, key: str) -> None:
    upkeep.renew_texts(object_name, key)
