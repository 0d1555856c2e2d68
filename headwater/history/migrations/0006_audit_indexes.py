from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def drop_index_of_actor(apps: Any, schema_editor: Any) -> None:
    """The new index begins with it. By hand: SQLite would build the table anew, without its triggers."""
    model = apps.get_model("history", "HistoryEntry")
    for name in schema_editor._constraint_names(model, ["actor_id"], index=True):
        schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


ACTOR = models.ForeignKey(
    settings.AUTH_USER_MODEL,
    django.db.models.deletion.PROTECT,
    null=True,
    related_name="+",
    db_index=False,
)


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0005_redaction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_index_of_actor, migrations.RunPython.noop)],
            state_operations=[migrations.AlterField("historyentry", "actor", ACTOR)],
        ),
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(fields=["actor", "id"], name="history_actor"),
        ),
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(fields=["door", "id"], name="history_door"),
        ),
    ]
