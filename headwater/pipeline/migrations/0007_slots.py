from django.db import migrations

from headwater.metadata.migrations._slot_pool import AddSlots


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0006_custom_fields"),
    ]

    operations = [AddSlots("lead"), AddSlots("opportunity")]
