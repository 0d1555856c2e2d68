"""Runs background jobs until it is stopped."""

import logging
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from headwater.jobs.services import database_backend
from headwater.jobs.worker import Options, Worker


class Command(BaseCommand):
    help = "Run background jobs and fire the schedule, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="Jobs at the same time (2).")
        parser.add_argument("--queues", default="", help="Comma-separated queues; all without it.")
        parser.add_argument("--drain", action="store_true", help="Run all that is due, then end.")
        parser.add_argument("--lease", type=float, help="Seconds a silent worker keeps its jobs.")
        parser.add_argument(
            "--grace", type=float, default=5.0, help="Seconds for running jobs to finish at the end (5)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        backend = database_backend()
        lease = backend.lease if options["lease"] is None else timedelta(seconds=options["lease"])
        worker = Worker(
            Options(
                threads=max(options["threads"], 1),
                queues=tuple(name.strip() for name in options["queues"].split(",") if name.strip()),
                drain=options["drain"],
                lease=lease,
                grace=options["grace"],
            ),
            backend.load_schedule(),
            self._announce if options["verbosity"] > 0 else lambda _state: None,
        )
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        if not worker.run():
            # a job's thread is still at work; it has lost its claim and must not hold up the end
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)

    def _announce(self, state: str) -> None:
        self.stdout.write(f"worker {state}")
        self.stdout.flush()
