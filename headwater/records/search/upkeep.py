"""Bringing the stored texts of search in step with the fields that roles do not have.

New and changed records have every text at once; this writes those of the others and takes away texts
that nobody reads any more. Until it is through, a reader finds fewer records, never others.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef

from headwater.lib import memo
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.search.index import index_text
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
        living = entry.model.unscoped.filter(deleted_at__isnull=True)  # type: ignore[attr-defined]
        with transaction.atomic():
            missing = living.filter(~Exists(there)).order_by("-pk").values_list("pk", flat=True)[:BATCH]
            records = list(living.select_for_update().filter(pk__in=list(missing)))
            index_text(entry, name, keys, records)
        added = added or bool(records)
    return added
