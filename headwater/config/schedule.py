"""What the product does by the clock, whichever room it is for."""

from datetime import timedelta

from headwater.api.jobs import forget_answers
from headwater.jobs.cleanup import clean_up_jobs
from headwater.jobs.schedule import Scheduled

SCHEDULE = (
    Scheduled(name="clean up jobs", task=clean_up_jobs, every=timedelta(hours=6)),
    Scheduled(name="forget stored API answers", task=forget_answers, every=timedelta(hours=1)),
)
