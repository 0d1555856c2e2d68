from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations, models

from headwater.lib.periods import day_number, month_number

_BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    """Give opportunities that are decided already their instants and local days."""
    settings = apps.get_model("users", "Organization").objects.filter(pk=1).first()
    zone = ZoneInfo(settings.zone if settings else "UTC")
    model = apps.get_model("pipeline", "Opportunity")
    found = model._base_manager.exclude(won_at=None, lost_at=None).order_by("pk")
    names = ("won_at", "lost_at", "decided_at")
    columns = ["decided_at", *(f"{name}_{unit}" for name in names for unit in ("day", "month"))]
    last = 0
    while records := list(found.filter(pk__gt=last)[:_BATCH]):
        for record in records:
            record.decided_at = record.won_at or record.lost_at
            for name in names:
                at = getattr(record, name)
                day = None if at is None else at.astimezone(zone).date()
                setattr(record, f"{name}_day", None if day is None else day_number(day))
                setattr(record, f"{name}_month", None if day is None else month_number(day))
        model._base_manager.bulk_update(records, columns)
        last = records[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0001_initial"),
        ("users", "0003_days_stale"),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="decided_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Won or lost on"),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="decided_at_day",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="decided_at_month",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="lost_at_day",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="lost_at_month",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="won_at_day",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="won_at_month",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
