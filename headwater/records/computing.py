"""Working out computed fields of records that are there, after a formula or the organization's zone changed.

What is written later is computed at the doors.
"""

from django.db import transaction

from headwater.jobs.services import report_progress
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.records.facts import Fact, lock_records, write_facts_of_many
from headwater.users.actor import SYSTEM

_BATCH = 500
"""Records written at once: few enough that others can write in between."""
CAUSE = "formula"


def compute_all(object_name: str) -> int:
    """Compute the fields of every record of an object, deleted ones too; return how many records changed."""
    entry = registry.whole(object_name)
    if not entry.computed:
        return 0
    rows = entry.unscoped.order_by("pk")
    last, done, changed, total = 0, 0, 0, rows.count()
    while numbers := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        changed += _compute(object_name, numbers)
        last, done = numbers[-1], done + len(numbers)
        report_progress(done, total)
    return changed


@transaction.atomic
def _compute(object_name: str, numbers: list[int]) -> int:
    standing.keep()
    records = lock_records(object_name, numbers).values()
    versions = {record.pk: record.version for record in records}
    write_facts_of_many(SYSTEM, object_name, [Fact(record, cause=CAUSE) for record in records])
    return sum(record.version != versions[record.pk] for record in records)
