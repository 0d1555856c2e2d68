"""Background work about leads."""

from headwater.jobs.tasks import job
from headwater.pipeline import scoring


@job(queue_name="bulk")
def score_leads() -> int:
    return scoring.score_all()
