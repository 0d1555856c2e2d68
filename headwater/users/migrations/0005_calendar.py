from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0004_exchange_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="calendar",
            field=models.CharField(
                choices=[("gregorian", "Common era (2026)"), ("buddhist", "Buddhist era (2569)")],
                default="gregorian",
                max_length=10,
                verbose_name="Years",
            ),
        ),
    ]
