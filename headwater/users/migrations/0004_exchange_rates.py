from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0003_days_stale"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="Currency")),
                ("against", models.CharField(max_length=3, verbose_name="In")),
                ("day", models.IntegerField(verbose_name="Day")),
                ("rate", models.DecimalField(decimal_places=18, max_digits=30, verbose_name="Rate")),
                (
                    "origin",
                    models.CharField(
                        choices=[("typed", "By hand"), ("file", "From a file")],
                        default="typed",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "currency", "against"],
                "constraints": [
                    models.UniqueConstraint(fields=("against", "currency", "day"), name="exchange_rate_once")
                ],
            },
        ),
    ]
