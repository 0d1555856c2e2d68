from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("users", "0006_outbox_and_invitations")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="shortcuts",
            field=models.BooleanField(default=True, verbose_name="Keys of one letter"),
        ),
    ]
