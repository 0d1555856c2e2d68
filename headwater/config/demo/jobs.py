"""Loading and removing the demonstration in the background."""

from headwater.config.demo import services
from headwater.jobs.services import report_progress
from headwater.jobs.tasks import job
from headwater.users.actor import Actor
from headwater.users.models import User

STEPS = 1000


def _report(part: float) -> None:
    report_progress(int(part * STEPS), STEPS)


@job(queue_name="bulk", max_attempts=1)
def load(user_id: int) -> None:
    services.load_demo(like=User.objects.get(pk=user_id), progress=_report)


@job(queue_name="bulk")
def remove(user_id: int) -> None:
    services.remove_demo(Actor(User.objects.get(pk=user_id)), progress=_report)


def start_loading(user: User) -> int:
    """Begin to fill the installation; returns the number of the job."""
    return int(load.using(unique_key="demo", actor_id=user.pk).enqueue(user.pk).id)


def start_removing(user: User) -> int:
    """Begin to take the demonstration away; returns the number of the job."""
    return int(remove.using(unique_key="demo", actor_id=user.pk).enqueue(user.pk).id)
