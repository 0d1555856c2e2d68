"""How the stored layout of a form and the fields that there are become its sections.

A layout names fields. What it does not name (a field of a later version, one that was just made)
stands where it would without a layout: after the field before it, or in its own section. So a layout
never hides what it does not know.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from headwater.lib.text import unique_key
from headwater.metadata.models import CustomField
from headwater.metadata.objects import Label, ObjectType
from headwater.metadata.sections import Section

Stored = Mapping[str, Any]
"""``sections``: dicts of key, name, names, columns and fields; ``off_form``: fields that are on no form."""

LabelOf = Callable[[str, Mapping[str, str]], Label]
FURTHER = "further"
_OWN = "own_"


def own_sections(
    shipped: Sequence[Section], rows: Iterable[CustomField], further: Label
) -> tuple[Section, ...]:
    """Return the sections that custom fields have by themselves, after those of the product."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row.key)
    taken = {section.key for section in shipped}
    sections = []
    for name, keys in found.items():
        key = FURTHER if not name else _OWN + unique_key(name, {k.removeprefix(_OWN) for k in taken})
        taken.add(key)
        sections.append(Section(key, name or further, tuple(keys), name=name))
    return tuple(sections)


def needed_on_form(entry: ObjectType) -> frozenset[str]:
    """Return the fields that no layout can take off the form: somebody may have to fill them."""
    fields = entry.fields.values()
    return frozenset(entry.needed_on_form) | {
        f.key for f in fields if f.editable and (f.required or f.required_from or f.required_when is not None)
    }


def arranged(entry: ObjectType, stored: Stored, label_of: LabelOf) -> ObjectType:
    """Return an object with its sections as a layout has them; empty ones are kept for the editor."""
    usual = {section.key: section for section in entry.sections}
    known = [key for section in entry.sections for key in section.fields]
    kept = needed_on_form(entry)
    hidden = tuple(key for key in stored["off_form"] if key in known and key not in kept)
    left = set(known) - set(hidden)
    places: dict[str, list[str]] = {}
    for each in stored["sections"]:
        fields = [key for key in dict.fromkeys(each["fields"]) if key in left]
        left.difference_update(fields)
        places[each["key"]] = fields
    for section in entry.sections:
        before = ""
        for key in section.fields:
            if key in left:
                _put(places, section.key, before, key)
            before = key
    drawn = {each["key"]: each for each in stored["sections"]}
    sections = []
    for key, fields in places.items():
        found, each = usual.get(key), drawn.get(key, {})
        name, names = each.get("name", ""), each.get("names", {})
        columns = each.get("columns", 2)
        label = label_of(name, names) if name else found.label if found else key
        if not each and found:
            name = found.name
        sections.append(Section(key, label, tuple(fields), columns, name, names))
    return replace(entry, sections=tuple(sections), off_form=hidden)


def _put(places: dict[str, list[str]], section: str, before: str, key: str) -> None:
    """Put a field that no layout names after the one before it, else at the end of its usual section."""
    for fields in places.values():
        if before in fields:
            fields.insert(fields.index(before) + 1, key)
            return
    places.setdefault(section, []).append(key)
