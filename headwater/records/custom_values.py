"""What records hold in custom fields."""

from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from headwater.metadata import registry
from headwater.records.saved.models import SavedView


def count_filled(object_name: str, key: str) -> int:
    """Return how many living records have something in a field, active or not. Reads the whole table."""
    model: Any = registry.get(object_name).model
    found = model.unscoped.filter(deleted_at__isnull=True, custom__isnull=False, custom__has_key=key)
    return int(found.count())


def count_views(object_name: str, key: str) -> int:
    """Return how many saved views of an object name a field."""
    written = Cast("settings", TextField())
    views = SavedView.objects.filter(object=object_name).annotate(written=written)
    return int(views.filter(written__contains=key).count())
