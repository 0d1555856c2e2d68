from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_sort_keys"),
        ("pipeline", "0003_sort_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="lead",
            name="lead_owner_territory",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="lead_name",
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("owner"),
                models.F("territory"),
                models.F("name_sort"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="lead_owner_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("name_sort"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="lead_name",
            ),
        ),
    ]
