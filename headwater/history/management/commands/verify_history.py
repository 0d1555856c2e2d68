"""Check from the command line that history was not rewritten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.history.redaction import redacted_by
from headwater.history.sealing import seal_entries
from headwater.history.verifying import verify


class Command(BaseCommand):
    help = "Check that history is as it was written; fail and name the first entry that is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", default="", help="a hash noted earlier, which the chain must still contain"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        seal_entries()
        found = verify(options["head"])
        place = "".join(
            f", {word} {number}" for word, number in (("seal", found.seal), ("entry", found.entry)) if number
        )
        if found.problem:
            raise CommandError(f"History was rewritten: {found.problem}{place}.")
        for entry, count in redacted_by():
            who = entry.actor.email if entry.actor else "the system"
            self.stdout.write(
                f"Erased on {entry.recorded_at:%Y-%m-%d} by {who}: personal data of {entry.object} "
                f"{entry.record_id}, taken out of {count} entries (entry {entry.pk})."
            )
        self.stdout.write(
            f"History is whole: {found.entries} entries in {found.seals} seals. Head: {found.head or 'none'}"
        )
