"""The custom field that an address of Settings names, and what is said of it now."""

from django.http import Http404

from headwater.metadata.custom import definitions
from headwater.metadata.custom.definitions import Definition
from headwater.metadata.models import CustomField
from headwater.metadata.objects import ObjectType


def row_or_404(entry: ObjectType, key: str) -> CustomField:
    """Return the field of an address."""
    try:
        return definitions.get_field(entry.name, key)
    except LookupError:
        raise Http404 from None


def said(row: CustomField) -> Definition:
    """Return what is said of a field now."""
    return Definition(
        label=row.label,
        kind=row.kind,
        labels=row.labels,
        help=row.help,
        section=row.section,
        is_required=row.is_required,
        is_indexed=row.is_indexed,
        is_unique=row.is_unique,
        default=row.default,
        decimal_places=row.decimal_places,
        target=row.target,
        formula=row.formula,
        required_from=row.required_from,
        required_when=row.required_when,
        visible_when=row.visible_when,
    )
