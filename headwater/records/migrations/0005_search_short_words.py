"""Short words are found inside others; stored texts take the form that search compares now.

SQLite gets a list of the terms of its trigram index. The texts are folded again: letters with a stroke, digits
of other scripts and invisible characters count no more, and two spaces stand at the end.
"""

from typing import Any, ClassVar

from django.db import migrations

from headwater.records.search.text import searchable

TERMS = "CREATE VIRTUAL TABLE records_search_terms USING fts5vocab('records_search_fts', 'instance')"
BATCH = 1_000


def add_terms(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(TERMS)


def remove_terms(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE records_search_terms")


def fold_again(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("records", "SearchRow").objects.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for row in batch:
            row.text = searchable([row.text])
        rows.bulk_update(batch, ["text"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0004_saved_views")]
    operations: ClassVar = [
        migrations.RunPython(add_terms, remove_terms),
        migrations.RunPython(fold_again, migrations.RunPython.noop),
    ]
