"""Background work for the installation as a whole."""

from headwater.jobs.tasks import job
from headwater.lib.sqlite.statistics import renew_statistics


@job(priority=-50)
def look_at_tables() -> list[str]:
    return renew_statistics()
