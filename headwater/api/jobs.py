"""The API's own background work."""

from headwater.api.idempotency import KEPT_FOR
from headwater.api.models import StoredAnswer
from headwater.jobs.tasks import job
from headwater.lib import clock


@job(priority=-50)
def forget_answers() -> int:
    """Delete the stored answers whose day is over; return how many."""
    return StoredAnswer.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
