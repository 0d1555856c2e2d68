"""Fires a schedule when told to: ``python -m headwater.jobs.tests.schedule``, one line in, the count out."""

import sys
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from headwater.jobs.schedule import Schedule, Scheduled
    from headwater.jobs.tests.tasks import tell_language

    schedule = Schedule([Scheduled(name="race", task=tell_language, every=timedelta(days=30))])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{schedule.fire_due()}\n")


if __name__ == "__main__":
    main()
