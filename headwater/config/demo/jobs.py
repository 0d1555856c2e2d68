"""The demonstration's background work."""

from django_tasks import task

from headwater.config.demo import services
from headwater.jobs.services import report_progress
from headwater.users.actor import Actor
from headwater.users.models import User

_PARTS = 1_000


def _tell(part: float) -> None:
    report_progress(round(part * _PARTS), _PARTS)


@task()
def load() -> None:
    """Load the demonstration into a claimed installation."""
    services.load_demo(progress=_tell)


@task()
def remove(user_id: int) -> None:
    """Take the demonstration away, for an administrator."""
    user = User.objects.select_related("role", "team").get(pk=user_id)
    services.remove_demo(Actor(user), progress=_tell)
