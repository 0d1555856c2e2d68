"""Keys that texts are sorted by, filled for the records that are there."""

from typing import Any, ClassVar

from django.db import migrations, models

from headwater.lib.collation import sort_key
from headwater.lib.refill import refill

COLUMNS = {
    "lead": {"name_sort": "name", "organization_name_sort": "organization_name"},
    "opportunity": {"name_sort": "name"},
}


def fill(apps: Any, schema_editor: Any) -> None:
    for name, columns in COLUMNS.items():
        refill(apps.get_model("pipeline", name), columns, sort_key)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("pipeline", "0002_decided_opportunities")]
    operations: ClassVar = [
        migrations.AddField("lead", "name_sort", models.BinaryField(default=b"", editable=False)),
        migrations.AddField(
            "lead", "organization_name_sort", models.BinaryField(default=b"", editable=False)
        ),
        migrations.AddField("opportunity", "name_sort", models.BinaryField(default=b"", editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
