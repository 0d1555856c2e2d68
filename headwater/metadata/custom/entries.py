"""From the rows of custom fields to entries of the dictionary."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from headwater.metadata.custom.arranging import arranged, own_sections
from headwater.metadata.custom.columns import word_of
from headwater.metadata.custom.computed import read_formula
from headwater.metadata.custom.rows import known, list_name
from headwater.metadata.custom.stored import CUSTOM, part_key
from headwater.metadata.kinds import KINDS
from headwater.metadata.kinds.addresses import COUNTRY, PARTS, CountryKind, Part, country_choices
from headwater.metadata.models import CustomField, FormLayout
from headwater.metadata.objects import Field, Label, ObjectType

CURRENCY = "currency"
"""The field whose currency amounts of an object are in."""

SEARCHED = frozenset({"text", "email", "phone", "url", "file", "address"})
"""The kinds whose values search finds a record by."""

_LONGEST = {"text": 200, "email": 254, "phone": 60, "url": 500, "long_text": 20_000}
_WHOLE = 10**15 - 1  # what JSON numbers carry exactly, and filters compare with
_NEVER_NULL = frozenset(
    {"text", "long_text", "email", "phone", "url", "multi_choice", "relations", "boolean", "file", "address"}
)


def _said(label: str, labels: dict[str, str]) -> str:
    return labels.get(get_language() or "") or label


_in_language = lazy(_said, str)


def label_of(row: CustomField) -> Label:
    """Return the name of a field in the language of whoever reads it."""
    return _in_language(row.label, row.labels) if row.labels else row.label


def field_of(row: CustomField) -> Field:
    """Return the dictionary's entry of a row."""
    kind = KINDS[row.kind]
    held = known().slots.get((row.object, row.key))
    unique = known().unique.get((row.object, row.key))
    slot, reads_slot = (held.slot, held.state == held.State.FULL) if held else ("", False)
    field = Field(
        key=row.key,
        label=label_of(row),
        kind=kind,
        attname=f"{CUSTOM}__{word_of(row.kind, row.key, row.decimal_places, slot if reads_slot else '')}",
        slot=slot,
        reads_slot=reads_slot,
        unique=unique.pk if unique else 0,
        custom=True,
        required=row.is_required,
        nullable=row.kind not in _NEVER_NULL,
        max_length=_LONGEST.get(row.kind),
        max_value=_WHOLE if row.kind == "integer" else None,
        decimal_places=row.decimal_places,
        folded=row.kind in ("text", "file", "address"),
        currency_key=CURRENCY if row.kind == "money" else None,
        choice_list=list_name(row) if row.kind in ("choice", "multi_choice") else None,
        target="user" if row.kind == "user" else row.target or None,
        help=row.help,
        formula=read_formula(row.formula) if row.formula else None,
        editable=not row.formula,
        required_from=row.required_from,
        required_when=row.required_when,
        visible_when=row.visible_when,
    )
    return replace(field, default=_default_of(field, row.default))


def parts_of(whole: Field) -> list[Field]:
    """Return the parts of a field's value as fields, by which lists, files and reports know them."""
    return [_part_of(whole, part) for part in PARTS] if whole.kind.name == "address" else []


def _part_of(whole: Field, part: Part) -> Field:
    key, is_country = part_key(whole.key, part.key), part.key == COUNTRY
    kind = CountryKind() if is_country else KINDS["text"]
    return Field(
        key=key,
        label=_part_label(whole.label, part.label),
        kind=kind,
        attname=f"{CUSTOM}__{word_of(kind.name, key, 0)}",
        custom=True,
        nullable=is_country,
        max_length=part.max_length,
        folded=not is_country,
        choice_source=country_choices if is_country else None,
        part_of=whole.key,
        part=part.key,
    )


def _label_of_part(whole: Label, part: Label) -> str:
    return gettext("%(address)s: %(part)s") % {"address": whole, "part": part}


_part_label = lazy(_label_of_part, str)


def _default_of(field: Field, value: Any) -> Any:
    """Return the value that a new record begins with: the one given, as far as it still means something."""
    if value is None:
        return field.kind.empty_value(field)
    try:
        return field.kind.clean(value, field)
    except ValueError:
        return field.kind.empty_value(field)


def extended(entry: ObjectType, rows: Sequence[CustomField], layout: FormLayout | None = None) -> ObjectType:
    """Return an object with custom fields after its own, and its form as the layout has it.

    Without one, custom fields stand in sections after its own.
    """
    wholes = [field_of(row) for row in rows]
    made = {field.key: field for whole in wholes for field in (whole, *parts_of(whole))}
    fields = entry.fields | made
    # What is computed from personal data is personal.
    personal = replace(entry, fields=fields).with_computed(k for k, found in fields.items() if found.personal)
    fields |= {key: replace(made[key], personal=True) for key in personal & made.keys()}
    searched = [row.key for row in rows if row.kind in SEARCHED] if entry.search_keys else []
    found = replace(
        entry,
        fields=fields,
        sections=(*entry.sections, *own_sections(entry.sections, rows, _("Further fields"))),
        search_keys=(*entry.search_keys, *searched),
        match_keys=(*entry.match_keys, *((row.key,) for row in rows if _is_unique(row))),
    )
    if layout is None:
        return found
    stored = {"sections": layout.sections, "off_form": layout.off_form}
    return arranged(found, stored, lambda name, names: _in_language(name, dict(names)))


def _is_unique(row: CustomField) -> bool:
    """Say whether a value of a field finds one record at most: they were looked through."""
    unique = known().unique.get((row.object, row.key))
    return unique is not None and unique.state == unique.State.UNIQUE
