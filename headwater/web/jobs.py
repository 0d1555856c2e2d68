"""Background work of the pages."""

from headwater.jobs.tasks import job
from headwater.web.signin import password_reset


@job(priority=10)
def send_password_reset(email: str) -> int:
    return password_reset.send_reset(email)
