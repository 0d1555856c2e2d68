"""Keys that texts are sorted by, filled for the records that are there."""

from typing import Any, ClassVar

from django.db import migrations, models

from headwater.lib.collation import sort_key
from headwater.lib.refill import refill

COLUMNS = {
    "address": {"name_sort": "name"},
    "contact": {"name_sort": "name", "organization_sort": "organization"},
    "customer": {"name_sort": "name"},
}


def fill(apps: Any, schema_editor: Any) -> None:
    for name, columns in COLUMNS.items():
        refill(apps.get_model("customers", name), columns, sort_key)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField("address", "name_sort", models.BinaryField(default=b"", editable=False)),
        migrations.AddField("contact", "name_sort", models.BinaryField(default=b"", editable=False)),
        migrations.AddField("contact", "organization_sort", models.BinaryField(default=b"", editable=False)),
        migrations.AddField("customer", "name_sort", models.BinaryField(default=b"", editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
