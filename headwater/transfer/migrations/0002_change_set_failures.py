from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("transfer", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField("changeset", "failures", models.JSONField(default=list)),
    ]
