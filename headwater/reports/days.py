"""The days and months that records store beside their instants, for reports to group by."""

from django.db import transaction

from headwater.jobs.services import report_progress
from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.records.computing import compute_all
from headwater.records.values import set_siblings
from headwater.users import organization
from headwater.users.models import Organization

_BATCH = 500
"""Records written at once: few enough that others can write in between."""


def are_stored(field: Field) -> bool:
    """Whether a field's days are stored and are those of the organization's zone of now."""
    return field.bucketed and not organization.current().days_stale


def rebuild_days() -> int:
    """Compute every stored day again, after the organization moved to another zone.

    Returns how many records changed. Until it is done, reports cut instants by themselves. If the
    organization moves once more meanwhile, this stops and the job of that move does the work.
    """
    zone, changed = organization.current().zone, 0
    try:
        for entry in registry.objects():
            fields = [field for field in entry.fields.values() if field.bucketed]
            if fields:
                changed += _rebuild(entry, fields, zone)
        _finish(zone)
        for entry in registry.objects():
            compute_all(entry.name)  # formulas read instants as days
    except _MovedAgain:
        pass
    return changed


class _MovedAgain(Exception):
    """The organization is in another zone than the one the days are computed for."""


def _lock(zone: str) -> Organization:
    """Keep the organization where it is until the transaction ends. Raises _MovedAgain."""
    settings = Organization.objects.select_for_update().get(pk=1)
    if settings.zone != zone:
        raise _MovedAgain
    return settings


@transaction.atomic
def _finish(zone: str) -> None:
    settings = _lock(zone)
    settings.days_stale = False
    settings.save()


def _rebuild(entry: ObjectType, fields: list[Field], zone: str) -> int:
    last, done, changed = 0, 0, 0
    total = entry.unscoped.count()
    rows = entry.unscoped.order_by("pk")
    while numbers := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        changed += _rebuild_batch(entry, fields, numbers, zone)
        last, done = numbers[-1], done + len(numbers)
        report_progress(done, total)
    return changed


@transaction.atomic
def _rebuild_batch(entry: ObjectType, fields: list[Field], numbers: list[int], zone: str) -> int:
    _lock(zone)
    records = list(entry.unscoped.select_for_update().filter(pk__in=numbers))
    names = [name for field in fields for name in field.kind.siblings(None, field)]
    moved = []
    for record in records:
        before = [getattr(record, name) for name in names]
        for field in fields:
            set_siblings(field, record, field.value_of(record))
        if [getattr(record, name) for name in names] != before:
            moved.append(record)
    entry.unscoped.bulk_update(moved, names, batch_size=200)
    return len(moved)
