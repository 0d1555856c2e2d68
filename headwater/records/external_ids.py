"""The number a record has in another program: two living records of one object never share it."""

from collections.abc import Iterable

from django.db.models import F, Q
from django.utils.translation import gettext as _

from headwater.lib.any_of import AnyOf
from headwater.metadata.objects import ObjectType
from headwater.records.errors import FieldError
from headwater.records.models import Record

ExternalId = tuple[str, str]
"""The system it comes from, and the number there."""


def taken_ids(
    entry: ObjectType, numbers: Iterable[str | None], *, but: Record | None = None
) -> set[ExternalId]:
    """Return the external ids with one of these numbers that living records have, ``but`` for one."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return set()
    # The unique index leaves out empty ids; SQLite uses it only where the query says so too.
    named = entry.unscoped.filter(~Q(external_id=""), AnyOf(F("external_id"), wanted))
    living = named.filter(deleted_at__isnull=True)
    if but is not None and but.pk:
        living = living.exclude(pk=but.pk)
    return set(living.values_list("external_system", "external_id"))


def claim_id(record: Record, taken: set[ExternalId]) -> list[FieldError]:
    """Refuse an external id that is taken, and claim it for this record against those after it."""
    key = (record.external_system, record.external_id)
    if not record.external_id:
        return []
    if key in taken:
        return [FieldError("external_id", "duplicate", _("Another record has this external id."))]
    taken.add(key)
    return []


def refuse_taken_id(entry: ObjectType, record: Record) -> list[FieldError]:
    """Refuse the external id of one record when another living one has it."""
    return claim_id(record, taken_ids(entry, [record.external_id], but=record))
