"""The demonstration's background work: each job only calls its service."""

from headwater.config.demo import services
from headwater.jobs.tasks import job
from headwater.users.actor import Actor
from headwater.users.models import User


@job(queue_name="bulk", max_attempts=1)
def load() -> None:
    services.load_demo()


@job(queue_name="bulk")
def remove(user_id: int) -> None:
    user = User.objects.select_related("role", "team").get(pk=user_id)
    services.remove_demo(Actor(user))


def start_loading(user: User) -> int:
    """Load the demonstration in the background; return the number of the job."""
    return int(load.using(actor_id=user.pk).enqueue().id)


def start_removing(user: User) -> int:
    """Take the demonstration away in the background; return the number of the job."""
    return int(remove.using(actor_id=user.pk).enqueue(user.pk).id)
