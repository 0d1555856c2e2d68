"""Form layouts: which fields stand in which section, in which order. Administrators only; surfaces ask."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.lib.text import unique_key
from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.metadata.custom.arranging import needed_on_form
from headwater.metadata.errors import BadDefinition, Problem
from headwater.metadata.models import CustomField, FormLayout
from headwater.metadata.objects import ObjectType

MOST_SECTIONS = 40
_LONGEST = 80
Sections = list[dict[str, Any]]


def has_layout(object_name: str) -> bool:
    """Say whether the form of an object was changed from what is shipped."""
    return FormLayout.objects.filter(object=object_name).exists()


@transaction.atomic
def arrange_fields(object_name: str, places: Mapping[str, Sequence[str]]) -> None:
    """Put fields into sections, by section key; under "" those that are on no form.

    Fields and sections that are not named stay; what is no field is passed over. Raises BadDefinition
    for a field that must be there.
    """
    entry = _entry(object_name)
    refused = set(places.get("", ())) & needed_on_form(entry)
    if refused:
        text = _("“%(field)s” may have to be filled in: it stays on the form.")
        label = entry.fields[min(refused)].label
        raise BadDefinition([Problem("fields", "needed", text % {"field": label})])
    places = {section: [key for key in keys if key in entry.fields] for section, keys in places.items()}
    named = {key for keys in places.values() for key in keys}

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        for each in sections:
            kept = [key for key in each["fields"] if key not in named]
            each["fields"] = [*places.get(each["key"], ()), *kept]
        return [*places.get("", ()), *(key for key in hidden if key not in named)]

    _change(object_name, change)


def move_field(object_name: str, key: str, step: int) -> None:
    """Move a field up (-1) or down (1), over the border of its section too. Raises LookupError."""
    entry = _entry(object_name)
    order = [section.key for section in entry.sections]
    at = next((n for n, section in enumerate(entry.sections) if key in section.fields), None)
    if at is None:
        raise LookupError(key)
    fields = list(entry.sections[at].fields)
    place = fields.index(key) + step
    if 0 <= place < len(fields):
        fields.insert(place, fields.pop(fields.index(key)))
        arrange_fields(object_name, {order[at]: fields})
    elif 0 <= at + step < len(order):
        beside = entry.sections[at + step].fields
        arrange_fields(object_name, {order[at + step]: [*beside, key] if step < 0 else [key, *beside]})


def place_field(object_name: str, key: str, section: str) -> None:
    """Put a field at the end of a section, or with "" on no form. Raises LookupError and BadDefinition."""
    entry = _entry(object_name)
    found = {each.key: each.fields for each in entry.sections} | {"": entry.off_form}
    if section not in found or key not in entry.fields:
        raise LookupError(section)
    arrange_fields(object_name, {section: [*(k for k in found[section] if k != key), key]})


def order_sections(object_name: str, keys: Sequence[str]) -> None:
    """Put sections in an order; those that are not named come after."""
    wanted = {key: place for place, key in enumerate(dict.fromkeys(keys))}

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        sections.sort(key=lambda each: wanted.get(each["key"], len(wanted)))
        return hidden

    _change(object_name, change)


def save_section(object_name: str, key: str, name: str, names: Mapping[str, str], columns: int) -> str:
    """Make a section (without ``key``) or change one; returns its key.

    A shipped section without a name has that of the product. Raises LookupError and BadDefinition.
    """
    entry = _entry(object_name)
    name = _as_stored(name)
    names = {code: kept for code, text in names.items() if (kept := _as_stored(text))}
    shipped = {section.key for section in registry.base(object_name).sections}
    problems = _check_section(entry, key, name, names, needs_name=key not in shipped)
    if problems:
        raise BadDefinition(problems)
    if key and key not in {section.key for section in entry.sections}:
        raise LookupError(key)
    taken = {section.key for section in entry.sections} | shipped
    made = key or "own_" + unique_key(name, {known.removeprefix("own_") for known in taken})

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        if not key:
            sections.append({"key": made, "fields": []})
        each = next(each for each in sections if each["key"] == made)
        each |= {"name": name, "names": names, "columns": 1 if columns == 1 else 2}
        return hidden

    _change(object_name, change)
    return made


def remove_section(object_name: str, key: str) -> None:
    """Take a section away; its fields go to the one before it, or after. Raises LookupError."""
    order = [section.key for section in _entry(object_name).sections]
    if key not in order or len(order) < 2:
        raise LookupError(key)
    beside = order[order.index(key) - 1] if order.index(key) else order[1]

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        by_key = {each["key"]: each for each in sections}
        by_key[beside]["fields"] += by_key[key]["fields"]
        sections.remove(by_key[key])
        return hidden

    _change(object_name, change)


@transaction.atomic
def reset(object_name: str) -> None:
    """Let the form be as it is shipped, with custom fields in sections of their own."""
    FormLayout.objects.filter(object=object_name).delete()
    rows.refresh()


@transaction.atomic
def forget_field(object_name: str, key: str) -> None:
    """Let a field stand where its own section says."""

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        for each in sections:
            each["fields"] = [known for known in each["fields"] if known != key]
        return [known for known in hidden if known != key]

    if has_layout(object_name):
        _change(object_name, change)


@transaction.atomic
def follow_order(object_name: str, ordered: Sequence[str]) -> None:
    """Let custom fields of one section stand in an order, in the places that they have there."""
    wanted = {key: place for place, key in enumerate(ordered)}

    def change(sections: Sections, hidden: list[str]) -> list[str]:
        for each in sections:
            mine = iter(sorted((k for k in each["fields"] if k in wanted), key=wanted.__getitem__))
            each["fields"] = [next(mine) if key in wanted else key for key in each["fields"]]
        return hidden

    if has_layout(object_name):
        _change(object_name, change)


def _entry(object_name: str) -> ObjectType:
    rows.refresh()
    return registry.whole(object_name)


@transaction.atomic
def _change(object_name: str, change: Callable[[Sections, list[str]], list[str]]) -> None:
    """Change what is drawn now, and store it; fields that are switched off keep their section."""
    row = FormLayout.objects.select_for_update().filter(object=object_name).first()
    entry = registry.whole(object_name)
    sections: Sections = [
        {
            "key": each.key,
            "name": each.name,
            "names": dict(each.names),
            "columns": each.columns,
            "fields": list(each.fields),
        }
        for each in entry.sections
    ]
    off = CustomField.objects.filter(object=object_name, is_active=False).values_list("key", flat=True)
    resting = {
        each["key"]: [key for key in each["fields"] if key in set(off)]
        for each in (row.sections if row else ())
    }
    hidden = change(sections, list(entry.off_form))
    for each in sections:
        each["fields"] += resting.get(each["key"], [])
    row = row or FormLayout(object=object_name)
    row.sections, row.off_form = sections, hidden
    row.save()
    rows.refresh()


def _as_stored(text: str) -> str:
    """Return a name with single blanks, and without NUL: PostgreSQL keeps none in JSON."""
    return " ".join(text.replace("\x00", "").split())


def _check_section(
    entry: ObjectType, key: str, name: str, names: Mapping[str, str], *, needs_name: bool
) -> list[Problem]:
    problems = []
    if needs_name and not name:
        problems.append(Problem("name", "required", _("Give the section a name.")))
    if len(name) > _LONGEST:
        text = _("Use at most %(limit)d characters.") % {"limit": _LONGEST}
        problems.append(Problem("name", "too_long", text))
    others = {str(each.label).casefold() for each in entry.sections if each.key != key}
    if name and name.casefold() in others:
        problems.append(Problem("name", "duplicate", _("There is a section of this name already.")))
    if not key and len(entry.sections) >= MOST_SECTIONS:
        text = _("There can be at most %(limit)d sections.") % {"limit": MOST_SECTIONS}
        problems.append(Problem("name", "too_many", text))
    known = dict(settings.LANGUAGES)
    if any(code not in known or len(text) > _LONGEST for code, text in names.items()):
        message = _("Give names of at most %(limit)d characters by language: %(known)s.")
        words = {"limit": _LONGEST, "known": ", ".join(known)}
        problems.append(Problem("names", "bad_label", message % words))
    return problems
