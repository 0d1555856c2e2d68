from django.db import migrations

from headwater.metadata.migrations._slot_pool import AddSlots


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_custom_fields"),
    ]

    operations = [AddSlots("customer"), AddSlots("contact"), AddSlots("address")]
