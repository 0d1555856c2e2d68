"""The trigram index of search, as each database has it.

SQLite: an FTS5 table over the text of ``records_searchrow``, kept in step by triggers.
PostgreSQL: a GIN index with pg_trgm's operators.
"""

from typing import Any, ClassVar

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE records_search_fts USING fts5(
        text, content='records_searchrow', content_rowid='id',
        tokenize='trigram case_sensitive 1', detail='none')""",
    """CREATE TRIGGER records_search_added AFTER INSERT ON records_searchrow BEGIN
        INSERT INTO records_search_fts(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER records_search_removed AFTER DELETE ON records_searchrow BEGIN
        INSERT INTO records_search_fts(records_search_fts, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER records_search_changed AFTER UPDATE OF text ON records_searchrow BEGIN
        INSERT INTO records_search_fts(records_search_fts, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO records_search_fts(rowid, text) VALUES (new.id, new.text); END""",
]
SQLITE_UNDO = [
    "DROP TRIGGER records_search_added",
    "DROP TRIGGER records_search_removed",
    "DROP TRIGGER records_search_changed",
    "DROP TABLE records_search_fts",
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX records_search_trgm ON records_searchrow USING gin (text gin_trgm_ops)",
]
POSTGRESQL_UNDO = ["DROP INDEX records_search_trgm"]


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
