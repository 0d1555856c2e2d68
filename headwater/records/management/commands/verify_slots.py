"""Check from the command line that indexed fields hold what their records hold."""

from collections import Counter
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.lib.memo import unit_of_work
from headwater.records.slots import mend_slots, verify_slots

SHOWN = 20


class Command(BaseCommand):
    help = "Check that the columns of indexed fields hold what their records hold, and name what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write the columns anew from the records")

    def handle(self, *_args: Any, **options: Any) -> None:
        with unit_of_work():
            if options["mend"]:
                mend_slots()
            found = verify_slots()
            shown = list(islice(found, SHOWN))
            counts = Counter((each.object, each.key) for each in (*shown, *found))
        for each in shown:
            self.stdout.write(f"{each.object} {each.record_id}: {each.key}")
        if counts:
            told = ", ".join(f"{name} {key}: {count}" for (name, key), count in sorted(counts.items()))
            raise CommandError(f"Indexed fields differ from their records ({told}). Run it with --mend.")
        self.stdout.write("Every indexed field holds what its records hold.")
