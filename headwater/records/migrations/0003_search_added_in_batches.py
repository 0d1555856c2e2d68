"""New search rows enter SQLite's trigram index by one statement per batch, which the index's writer
issues; changed and deleted ones still by triggers."""

from typing import Any, ClassVar

from django.db import migrations

TRIGGER = """CREATE TRIGGER records_search_added AFTER INSERT ON records_searchrow BEGIN
    INSERT INTO records_search_fts(rowid, text) VALUES (new.id, new.text); END"""


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER records_search_added")


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(TRIGGER)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0002_search_index")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
