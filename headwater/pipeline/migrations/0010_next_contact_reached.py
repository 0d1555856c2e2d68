from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

from headwater.lib import clock


def pass_over(apps: Any, schema_editor: Any) -> None:
    """Leave the statuses of leads whose next contact is past already as people keep them."""
    leads = apps.get_model("pipeline", "Lead")._base_manager
    leads.filter(next_contact_at__lte=clock.now()).update(next_contact_reached=F("next_contact_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0009_more_of_a_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="next_contact_reached",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=Q(
                    ("deleted_at__isnull", True),
                    ("next_contact_at__isnull", False),
                    ("next_contact_reached__isnull", True),
                ),
                fields=["next_contact_at"],
                name="lead_next_contact",
            ),
        ),
        migrations.RunPython(pass_over, migrations.RunPython.noop, elidable=True),
    ]
