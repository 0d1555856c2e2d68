"""Keeping the searchable text of records up to date."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Max

from headwater.lib.insert import insert_values
from headwater.lib.update import update_many
from headwater.metadata.objects import ObjectType
from headwater.records.models import Record
from headwater.records.search import parts
from headwater.records.search.models import SearchRow
from headwater.records.search.signs import storing
from headwater.records.search.text import searchable_of
from headwater.records.search.texts import texts_of


def index_records(entry: ObjectType, records: Sequence[Record], *, new: bool = False) -> None:
    """Write the text of saved records, in the transaction of the change itself.

    ``new`` says that none of them was ever indexed, which spares a look.
    """
    if not entry.search_keys or not records:
        return
    for name, keys in texts_of(entry).items():
        index_text(entry, name, keys, records, new=new)


def index_text(
    entry: ObjectType, name: str, keys: Sequence[str], records: Sequence[Record], *, new: bool = False
) -> None:
    """Write one of the texts of saved records: ``keys`` are the fields that it holds."""
    fields = [entry.fields[key] for key in keys]
    stored = storing()
    texts = {record.pk: stored(searchable_of(record, fields)) for record in records}
    changed = []
    if not new:
        for row in SearchRow.objects.filter(object=name, record_id__in=list(texts)):
            text = texts.pop(row.record_id)
            if text != row.text:
                row.text = text
                changed.append(row)
    update_many(changed, {"text"})
    _insert(name, texts)
    if connection.vendor == "postgresql":
        parts.remember([*texts.values(), *(row.text for row in changed)])


def _insert(name: str, texts: Mapping[int, str]) -> None:
    if texts:
        before = last_row()
        rows = [(name, record_id, text) for record_id, text in texts.items()]
        insert_values(SearchRow, ("object", "record_id", "text"), rows)
        fill_indexes(before + 1, last_row())


def last_row() -> int:
    """Return the number of the newest text on SQLite, whose indexes are entered by number."""
    if connection.vendor != "sqlite":
        return 0
    return int(SearchRow.objects.aggregate(last=Max("pk"))["last"] or 0)


def fill_indexes(first: int, last: int) -> None:
    """Enter new rows into SQLite's indexes; PostgreSQL's keep themselves.

    One statement each for all of them: triggers would make FTS5 write out an index row by row.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for table in ("records_search_fts", "records_search_words"):
            cursor.execute(
                f"INSERT INTO {table}(rowid, text) "  # noqa: S608
                "SELECT id, text FROM records_searchrow WHERE id BETWEEN %s AND %s",
                [first, last],
            )


def unindex(entry: ObjectType, pks: Sequence[int]) -> None:
    """Take deleted records out of search."""
    SearchRow.objects.filter(object__in=list(texts_of(entry)), record_id__in=list(pks)).delete()


def forget_deleted_words() -> None:
    """Take the words of texts that are gone out of SQLite's indexes too, which only mark them as deleted."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for table in ("records_search_fts", "records_search_words"):
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
