"""Keeping the searchable text of records up to date."""

from collections.abc import Sequence

from headwater.metadata.objects import ObjectType
from headwater.records.models import Record
from headwater.records.search.models import SearchRow
from headwater.records.search.text import searchable_of


def index_records(entry: ObjectType, records: Sequence[Record]) -> None:
    """Write the text of saved records, in the transaction of the change itself."""
    if not entry.search_keys or not records:
        return
    SearchRow.objects.bulk_create(
        [SearchRow(object=entry.name, record_id=r.pk, text=searchable_of(entry, r)) for r in records],
        update_conflicts=True,
        unique_fields=["object", "record_id"],
        update_fields=["text"],
        batch_size=1000,
    )


def unindex(entry: ObjectType, pks: Sequence[int]) -> None:
    """Take deleted records out of search."""
    SearchRow.objects.filter(object=entry.name, record_id__in=list(pks)).delete()
