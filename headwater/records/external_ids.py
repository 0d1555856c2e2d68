"""The number a record has in another program: two living records of one object never share it."""

from collections.abc import Sequence

from django.db.models import F, Q
from django.utils.translation import gettext as _

from headwater.lib.any_of import AnyOf
from headwater.metadata.objects import ObjectType
from headwater.records.errors import FieldError
from headwater.records.models import Record

ExternalId = tuple[str, str]
"""The system it comes from, and the number there."""


def taken_ids(entry: ObjectType, records: Sequence[Record]) -> set[ExternalId]:
    """Return the external ids among these records that other living records have."""
    ids = {record.external_id for record in records if record.external_id}
    if not ids:
        return set()
    own = [record.pk for record in records if record.pk]
    # The unique index leaves out empty ids; SQLite uses it only where the query says so too.
    named = entry.unscoped.filter(~Q(external_id=""), AnyOf(F("external_id"), ids))
    living = named.filter(deleted_at__isnull=True).exclude(pk__in=own)
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
