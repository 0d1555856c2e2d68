"""What records hold in custom fields."""

from django.db.models import TextField
from django.db.models.functions import Cast

from headwater.metadata import registry
from headwater.metadata.custom.entries import SEARCHED
from headwater.metadata.custom.listeners import FORMULA, SLOT, SWITCHED, UNIQUE
from headwater.metadata.models import CustomField, FieldSlot, UniqueField
from headwater.records.jobs import check_values, compute_fields, keep_slot
from headwater.records.saved.models import SavedView
from headwater.records.search.jobs import keep_search_texts, renew_search_texts
from headwater.records.sharing_rules.keeping import field_is_back


def count_filled(object_name: str, key: str) -> int:
    """Return how many living records have something in a field, active or not. Reads the whole table."""
    living = registry.get(object_name).unscoped.filter(deleted_at__isnull=True)
    return living.filter(custom__isnull=False, custom__has_key=key).count()


def count_views(object_name: str, key: str) -> int:
    """Return how many saved views of an object name a field."""
    written = Cast("settings", TextField())
    views = SavedView.objects.filter(object=object_name).annotate(written=written)
    return int(views.filter(written__contains=key).count())


def field_changed(row: CustomField, what: str) -> None:
    """Bring what is kept beside the values of a field in step with its definition, in the background."""
    if what == SWITCHED and row.kind in SEARCHED:
        renew_search_texts.enqueue(row.object, row.key)
        # Roles that do not have the field may have other texts now.
        keep_search_texts.using(unique_key="search texts").enqueue()
    if what == SWITCHED and row.is_active:
        field_is_back(row)
    if what == FORMULA or (what == SWITCHED and row.formula and row.is_active):
        # One more even while another is at work, which has passed some records already.
        compute_fields.enqueue(row.object)
        # Who may not see a field may not search what is computed from it.
        keep_search_texts.using(unique_key="search texts").enqueue()
    if what == SLOT:
        for slot in FieldSlot.objects.filter(object=row.object, key=row.key).exclude(state="full"):
            keep_slot.using(unique_key=f"slot {slot.pk} {slot.state}").enqueue(slot.pk)
    if what == UNIQUE:
        # Of a field that no longer is unique, only what is left over is thrown away.
        unique = UniqueField.objects.filter(object=row.object, key=row.key).first()
        check_values.enqueue(unique.pk if unique else 0)
