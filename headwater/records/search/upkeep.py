"""Bringing the stored texts of search in step with the fields there are and those that roles do not have.

New and changed records have every text at once; this writes those of the others and takes away texts
that nobody reads any more. Until it is through, a reader whose rights changed finds fewer records, never
others; what stood in a field that was switched off is found until its record's turn comes.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef

from headwater.jobs import services as jobs
from headwater.lib import memo
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records.search.index import index_records, index_text
from headwater.records.search.models import SearchRow
from headwater.records.search.texts import texts_of

BATCH = 500


def keep_texts() -> None:
    """Do what is to be done, in small transactions, until nothing is left of it."""
    while _once():
        memo.forget()  # roles may have changed meanwhile


def _once() -> bool:
    return any(_drop_unread(entry) or _add_missing(entry) for entry in registry.objects())


def _drop_unread(entry: ObjectType) -> bool:
    unread = SearchRow.objects.filter(object__startswith=f"{entry.name}-").exclude(
        object__in=list(texts_of(entry))
    )
    batch = list(unread.values_list("pk", flat=True)[:BATCH])
    SearchRow.objects.filter(pk__in=batch).delete()
    return bool(batch)


def _add_missing(entry: ObjectType) -> bool:
    added = False
    for name, keys in texts_of(entry).items():
        if name == entry.name:
            continue
        there = SearchRow.objects.filter(object=name, record_id=OuterRef("pk"))
        living = entry.unscoped.filter(deleted_at__isnull=True)
        with transaction.atomic():
            missing = living.filter(~Exists(there)).order_by("-pk").values_list("pk", flat=True)[:BATCH]
            records = list(living.select_for_update().filter(pk__in=list(missing)))
            index_text(entry, name, keys, records)
        added = added or bool(records)
    return added


def renew_texts(object_name: str, key: str) -> None:
    """Write the texts anew of the records that have something in a field, which was switched on or off."""
    living = registry.whole(object_name).unscoped.filter(deleted_at__isnull=True)
    holding = living.filter(custom__isnull=False, custom__has_key=key)
    place, last = 0, holding.order_by("-pk").values_list("pk", flat=True).first() or 0
    while place < last:
        jobs.report_progress(place, last)
        with transaction.atomic():
            standing.keep()
            batch = list(holding.filter(pk__gt=place).order_by("pk").values_list("pk", flat=True)[:BATCH])
            records = list(holding.select_for_update().filter(pk__in=batch))
            index_records(registry.whole(object_name), records)
        place = batch[-1] if batch else last
