# Saved views of lists, and what each person made of her lists.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_search_added_in_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                ("object", models.CharField(max_length=60)),
                ("settings", models.JSONField(default=dict)),
                (
                    "audience",
                    models.CharField(
                        choices=[("private", "Only me"), ("team", "My team"), ("everybody", "Everybody")],
                        default="private",
                        max_length=20,
                        verbose_name="Who may open it",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ListPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object", models.CharField(max_length=60)),
                ("pinned_at", models.DateTimeField(blank=True, null=True)),
                ("is_default", models.BooleanField(default=False)),
                ("columns", models.JSONField(default=list)),
                ("widths", models.JSONField(default=dict)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preferences",
                        to="records.savedview",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["object", "audience"], name="saved_view_audience"),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["owner", "object"], name="saved_view_owner"),
        ),
        migrations.AddConstraint(
            model_name="listpreference",
            constraint=models.UniqueConstraint(
                fields=("user", "object", "view"), name="list_preference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="listpreference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("view__isnull", True)),
                fields=("user", "object"),
                name="list_preference_plain_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="listpreference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("user", "object"),
                name="list_preference_default_once",
            ),
        ),
    ]
