"""Whole words are found by an index of their own, and PostgreSQL learns of short parts of words.

SQLite gets a second FTS5 table, whose tokens are words, and a list of them; digits are no letters of it, for numbers differ
from record to record and would make it as large as the data. PostgreSQL stores signs as letters now,
so that its trigrams know them, and gets a table of the parts that texts have, and a function that asks
the trigram index for any of many patterns.
"""

# ruff: noqa: S608  (nothing that people type is in these statements)

from typing import Any, ClassVar

from django.db import migrations

from headwater.records.search import parts
from headwater.records.search.signs import LETTERS, SIGNS

BATCH = 1_000
_LETTERS = "".join(c for c in map(chr, range(1, 128)) if not c.isspace() and not c.isalnum())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_TOKENIZER = f"ascii tokenchars {_quoted(_LETTERS)} separators '0123456789'"
_DELETED = """INSERT INTO records_search_words(records_search_words, rowid, text)
    VALUES ('delete', old.id, old.text);"""
SQLITE = [
    f"""CREATE VIRTUAL TABLE records_search_words USING fts5(
        text, content='records_searchrow', content_rowid='id',
        tokenize={_quoted(_TOKENIZER)}, detail='none')""",
    f"CREATE TRIGGER records_search_words_removed AFTER DELETE ON records_searchrow BEGIN {_DELETED} END",
    f"""CREATE TRIGGER records_search_words_changed AFTER UPDATE OF text ON records_searchrow BEGIN
        {_DELETED} INSERT INTO records_search_words(rowid, text) VALUES (new.id, new.text); END""",
    "INSERT INTO records_search_words(records_search_words) VALUES ('rebuild')",
    "CREATE VIRTUAL TABLE records_search_word_list USING fts5vocab('records_search_words', 'instance')",
]
SQLITE_UNDO = [
    "DROP TABLE records_search_word_list",
    "DROP TRIGGER records_search_words_removed",
    "DROP TRIGGER records_search_words_changed",
    "DROP TABLE records_search_words",
]
_TRIGRAMS = "CREATE INDEX records_search_trgm ON records_searchrow USING gin (text gin_trgm_ops)"
POSTGRESQL = [
    "DROP INDEX records_search_trgm",
    f"UPDATE records_searchrow SET text = translate(text, {_quoted(SIGNS)}, {_quoted(LETTERS)})",
    _TRIGRAMS,
    'CREATE TABLE records_search_parts (part text COLLATE "C" NOT NULL)',
    "CREATE INDEX records_search_parts_part ON records_search_parts (part)",
    "CREATE INDEX records_search_parts_after ON records_search_parts (substr(part, 2))",
    """CREATE FUNCTION records_search_any(patterns text[], bound integer)
        RETURNS SETOF records_searchrow LANGUAGE sql STABLE SET enable_seqscan TO off
        AS 'SELECT * FROM records_searchrow WHERE text LIKE ANY(patterns) LIMIT bound'""",
]
POSTGRESQL_UNDO = [
    "DROP INDEX records_search_trgm",
    f"UPDATE records_searchrow SET text = translate(text, {_quoted(LETTERS)}, {_quoted(SIGNS)})",
    _TRIGRAMS,
    "DROP FUNCTION records_search_any(text[], integer)",
    "DROP TABLE records_search_parts",
]


def forwards(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        schema_editor.execute(statement, params=None)
    if not sqlite:
        _fill_parts(apps, schema_editor)


def _fill_parts(apps: Any, schema_editor: Any) -> None:
    found = set(parts.parts_of_numbers())
    rows = apps.get_model("records", "SearchRow").objects.order_by("pk").values_list("pk", "text")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        found |= parts.parts_of([text for _pk, text in batch], known=found)
        last = batch[-1][0]
    schema_editor.execute("INSERT INTO records_search_parts(part) SELECT unnest(%s::text[])", [sorted(found)])


def backwards(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0005_search_short_words")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
