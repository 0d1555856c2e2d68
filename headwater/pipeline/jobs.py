"""Background work about leads."""

from headwater.jobs.tasks import job
from headwater.pipeline import next_contact, scoring


@job(queue_name="bulk")
def score_leads() -> int:
    return scoring.score_all()


@job(queue_name="bulk")
def open_leads_due() -> int:
    return next_contact.open_leads_due()
