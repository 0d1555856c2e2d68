"""Making, changing, ordering and switching off custom fields. Administrators only; the surfaces ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.lib.text import unique_key
from headwater.metadata import choices, registry
from headwater.metadata.custom import layouts, rows, standing
from headwater.metadata.custom.computed import COMPUTED, RESULTS, check_formula
from headwater.metadata.custom.conditions import check_rule
from headwater.metadata.custom.entries import CURRENCY, field_of
from headwater.metadata.custom.indexing import check_index, settle_index
from headwater.metadata.custom.listeners import FORMULA, SWITCHED, announce
from headwater.metadata.custom.stored import ENDINGS
from headwater.metadata.custom.uniqueness import check_unique, settle_unique
from headwater.metadata.errors import BadDefinition as BadDefinition
from headwater.metadata.errors import BadValue, FilterError, Problem
from headwater.metadata.formulas import FormulaError
from headwater.metadata.models import CustomField
from headwater.metadata.objects import Label, ObjectType

KINDS: dict[str, Label] = {
    "text": gettext_lazy("Text"),
    "long_text": gettext_lazy("Long text"),
    "choice": gettext_lazy("One of several options"),
    "multi_choice": gettext_lazy("Several options"),
    "integer": gettext_lazy("Whole number"),
    "decimal": gettext_lazy("Number with decimals"),
    "money": gettext_lazy("Amount of money"),
    "percent": gettext_lazy("Percentage"),
    "duration": gettext_lazy("Duration"),
    "boolean": gettext_lazy("Yes or no"),
    "date": gettext_lazy("Date"),
    "instant": gettext_lazy("Date and time"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone number"),
    "url": gettext_lazy("Web address"),
    "address": gettext_lazy("Postal address"),
    "user": gettext_lazy("User"),
    "relation": gettext_lazy("Link to a record"),
    "relations": gettext_lazy("Links to several records or users"),
    "file": gettext_lazy("File"),
    COMPUTED: gettext_lazy("Computed from other fields"),
}
"""The kinds that can be made, in the order they are offered."""

LINKS = frozenset({"relation", "relations"})
"""The kinds that lead to records of an object which is chosen with them."""

PREFIX = "cf_"
"""What every key begins with, so that no field of a later version can have the same."""
MOST_FIELDS = 150
"""Of one object, inactive ones included."""
MOST_OPTIONS = 500
_LONGEST = {"label": 80, "section": 80, "help": 200}
_MOST_PLACES = 6


@dataclass(frozen=True)
class Definition:
    """What an administrator says of a field. ``labels`` are its names in other languages, by code.

    ``default`` is read like a value of the field; ``options`` are the names of those a new list
    begins with, and ``target`` is the object of a link. ``required_from`` is a point of the object's
    progress; ``required_when`` and ``visible_when`` are filter trees (``custom.conditions``). A ``computed``
    field has a ``formula``; ``result`` is the kind of what comes of it, if not the first that
    ``computed.RESULTS`` has for its type.
    """

    label: str = ""
    kind: str = "text"
    labels: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    section: str = ""
    is_required: bool = False
    is_indexed: bool = False
    is_unique: bool = False
    default: Any = None
    decimal_places: int = 2
    target: str = ""
    options: Sequence[str] = ()
    formula: str = ""
    result: str = ""
    required_from: str = ""
    required_when: Any = None
    visible_when: Any = None


def offered_kinds(entry: ObjectType) -> dict[str, Label]:
    """Return the kinds that an object can have fields of: amounts need a currency beside them."""
    return {kind: label for kind, label in KINDS.items() if kind != "money" or CURRENCY in entry.fields}


def targets_of(kind: str) -> dict[str, Label]:
    """Return what a link of a kind can lead to; several users are links too, one is a kind of its own."""
    found = {entry.name: entry.label for entry in registry.objects()}
    return found | ({"user": registry.get("user").label} if kind == "relations" else {})


def fields_of(object_name: str) -> list[CustomField]:
    """Return every custom field of an object in order, inactive ones included."""
    return list(CustomField.objects.filter(object=object_name))


def get_field(object_name: str, key: str) -> CustomField:
    """Return one field, by its key. Raises LookupError."""
    found: CustomField | None = CustomField.objects.filter(object=object_name, key=key).first()
    if found is None:
        raise LookupError(key)
    return found


@transaction.atomic
def add_field(object_name: str, given: Definition) -> CustomField:
    """Make a field; it is there on everybody's next request. Raises BadDefinition."""
    standing.change()
    entry = registry.get(object_name)
    existing = list(CustomField.objects.select_for_update().filter(object=object_name))
    row = CustomField(
        object=object_name,
        kind=given.kind,
        target=given.target if given.kind in LINKS else "",
        decimal_places=given.decimal_places,
        is_indexed=given.is_indexed,
        is_unique=given.is_unique,
        position=max((other.position for other in existing), default=0) + 1,
    )
    problems = _check_formula(entry, row, given) if given.kind == COMPUTED else _check_kind(entry, row)
    problems += _check_texts(entry, row, given, existing) + _check_rules(entry, row, given, existing)
    problems += check_index(row) + check_unique(row, given.default) if not problems else []
    options = _read_options(given, problems)
    if len(existing) >= MOST_FIELDS:
        text = _("%(object)s can have at most %(limit)d fields of your own.")
        problems.append(Problem("", "too_many", text % {"object": entry.label, "limit": MOST_FIELDS}))
    if problems:
        raise BadDefinition(problems)
    row.key = _new_key(row, {key for other in existing for key in rows.keys_of(other)})
    row.save()
    rows.refresh()
    settle_index(row)
    settle_unique(row)
    _place(row)
    if row.formula:
        announce(row, FORMULA)
        return row
    for label in options:
        choices.add_option(rows.list_name(row), label)
    _set_default(row, given.default)
    return row


@transaction.atomic
def change_field(object_name: str, key: str, given: Definition) -> CustomField:
    """Change what a field is called, where it stands and what it asks for; its kind and key stay.

    Raises LookupError and BadDefinition.
    """
    standing.change()
    entry = registry.get(object_name)
    existing = list(CustomField.objects.select_for_update().filter(object=object_name))
    row = next((other for other in existing if other.key == key), None)
    if row is None:
        raise LookupError(key)
    before = row.section
    problems, formula = _check_texts(entry, row, given, existing), row.formula
    problems += _check_rules(entry, row, given, existing)
    if formula:
        problems += _check_formula(entry, row, given)
    elif given.kind != row.kind or (row.kind in LINKS and given.target != row.target):
        text = _("The kind of a field stays: records hold values of it. Make another field instead.")
        problems.append(Problem("kind", "kind_stays", text))
    row.is_indexed, row.is_unique = given.is_indexed, given.is_unique
    problems += check_index(row) + check_unique(row, given.default)
    if problems:
        raise BadDefinition(problems)
    _set_default(row, None if formula else given.default)
    settle_index(row)
    settle_unique(row)
    if row.section != before:
        _place(row)
    if row.formula != formula:
        announce(row, FORMULA)
    return row


@transaction.atomic
def switch_field(object_name: str, key: str, *, is_active: bool) -> CustomField:
    """Take a field out of everything, or bring it back. What records hold in it stays with them.

    Raises LookupError, and BadDefinition when another field has its name meanwhile.
    """
    standing.change()
    row = get_field(object_name, key)
    if is_active != row.is_active:
        problems = _check_switch(registry.get(object_name), row)
        row.is_active = is_active
        problems += check_index(row)
        if problems:
            raise BadDefinition(problems)
    row.save(update_fields=["is_active"])
    rows.refresh()
    settle_index(row)
    settle_unique(row)
    announce(row, SWITCHED)
    return row


@transaction.atomic
def order_fields(object_name: str, keys: Sequence[str]) -> None:
    """Put fields in an order; those that are not named keep theirs, after the others."""
    wanted = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    found = list(CustomField.objects.select_for_update().filter(object=object_name))
    found.sort(key=lambda row: wanted.get(row.key, len(wanted)))
    for position, row in enumerate(found, 1):
        row.position = position
    CustomField.objects.bulk_update(found, ["position"])
    rows.refresh()
    layouts.follow_order(object_name, [row.key for row in found])


def move_field(object_name: str, key: str, step: int) -> None:
    """Move a field up (-1) or down (1) among the fields of its object. Raises LookupError."""
    keys = [row.key for row in fields_of(object_name)]
    if key not in keys:
        raise LookupError(key)
    at = keys.index(key)
    to = max(0, min(len(keys) - 1, at + step))
    keys.insert(to, keys.pop(at))
    order_fields(object_name, keys)


def _place(row: CustomField) -> None:
    """Put a field where its section says: among those that there are by now, or in one of its own."""
    entry = registry.whole(row.object)
    there = (each for each in entry.sections if str(each.label).casefold() == row.section.casefold())
    found = next(there, None)
    if found is None or not row.is_active:
        layouts.forget_field(row.object, row.key)
    elif row.key not in found.fields:
        layouts.place_field(row.object, row.key, found.key)


def _new_key(row: CustomField, taken: set[str], label: str = "") -> str:
    label = label or row.label
    row.key = PREFIX + unique_key(label, {known.removeprefix(PREFIX) for known in taken})
    # These endings name what is stored beside a value.
    if row.key.endswith(tuple(f"_{ending}" for ending in ENDINGS)) or not taken.isdisjoint(rows.keys_of(row)):
        return _new_key(row, taken, f"{label} 1")
    return row.key


def _check_kind(entry: ObjectType, row: CustomField) -> list[Problem]:
    if row.kind not in KINDS:
        text = _("“%(word)s” is no kind of field; use one of: %(known)s.")
        return [Problem("kind", "unknown_kind", text % {"word": row.kind[:60], "known": ", ".join(KINDS)})]
    if row.kind not in offered_kinds(entry):
        text = _("%(objects)s have no currency, so that they can have no amounts.")
        return [Problem("kind", "no_currency", text % {"objects": entry.label_plural})]
    if row.kind in LINKS and row.target not in targets_of(row.kind):
        return [Problem("target", "unknown_object", _("Say to which object the link goes."))]
    if not 0 <= row.decimal_places <= _MOST_PLACES:
        text = _("Give a number of decimal places from 0 to %(most)d.")
        return [Problem("decimal_places", "bad_places", text % {"most": _MOST_PLACES})]
    return []


def _check_formula(entry: ObjectType, row: CustomField, given: Definition) -> list[Problem]:
    """Take over the formula of a definition. Returns what is wrong with it."""
    text = given.formula.strip()
    if not text:
        return [Problem("formula", "required", _("Write how the field is computed."))]
    try:
        results = [
            kind for kind in RESULTS[check_formula(entry, text, row.key)] if kind in offered_kinds(entry)
        ]
    except FormulaError as problem:
        return [Problem("formula", "bad_formula", problem.message)]
    kind = row.kind if row.formula else given.result or results[0]
    if kind not in results:
        words = {"known": ", ".join(str(KINDS[each]) for each in results)}
        message = _("What comes of this formula can only be: %(known)s.")
        return [Problem("formula" if row.formula else "result", "bad_result", message % words)]
    row.kind, row.formula = kind, text
    return [] if row.key else _check_kind(entry, row)


def _check_switch(entry: ObjectType, row: CustomField) -> list[Problem]:
    """Say why a field cannot be switched on or off now."""
    if row.is_active:
        mine = set(rows.keys_of(row))
        readers = [f.label for f in entry.computed if f.formula is not None and mine & f.formula.keys]
        if not readers:
            return []
        text = _("“%(field)s” is computed from this field: switch it off or change its formula first.")
        return [Problem("", "in_use", text % {"field": readers[0]})]
    problems = _check_label(entry, row, row.label, [])
    if row.formula:
        try:
            check_formula(entry, row.formula, row.key)
        except FormulaError as problem:
            problems.append(Problem("formula", "bad_formula", problem.message))
    return problems


def _check_texts(
    entry: ObjectType, row: CustomField, given: Definition, existing: Sequence[CustomField]
) -> list[Problem]:
    """Take over the texts of a definition. Returns what is wrong with them."""
    label, help, section = (" ".join(text.split()) for text in (given.label, given.help, given.section))
    problems = _check_label(entry, row, label, existing)
    for at, text in (("label", label), ("help", help), ("section", section)):
        if len(text) > _LONGEST[at]:
            message = _("Use at most %(limit)d characters.") % {"limit": _LONGEST[at]}
            problems.append(Problem(at, "too_long", message))
    known = dict(settings.LANGUAGES)
    labels = {code: " ".join(text.split()) for code, text in given.labels.items() if text.strip()}
    for code, text in labels.items():
        if code not in known or len(text) > _LONGEST["label"]:
            message = _("Give names of at most %(limit)d characters by language: %(known)s.")
            words = {"limit": _LONGEST["label"], "known": ", ".join(known)}
            problems.append(Problem(f"labels.{code[:20]}", "bad_label", message % words))
    row.label, row.help, row.section, row.labels = label, help, section, labels
    return problems


def _check_rules(
    entry: ObjectType, row: CustomField, given: Definition, existing: Sequence[CustomField]
) -> list[Problem]:
    """Take over what a definition asks of records. Returns what is wrong with it.

    Nobody can fill a computed field: it is never mandatory.
    """
    if row.formula:
        given = replace(given, is_required=False, required_from="", required_when=None)
    problems = []
    row.is_required, row.required_from = given.is_required, given.required_from
    if given.required_from and (entry.progress is None or not entry.progress.point(given.required_from)):
        known = ", ".join(point.key for point in entry.progress.points()) if entry.progress else "-"
        text = _("“%(word)s” is no status or stage to be mandatory from; use one of: %(known)s.")
        words = {"word": given.required_from[:60], "known": known}
        problems.append(Problem("required_from", "unknown_point", text % words))
    shown_by = {other.key: other.visible_when for other in existing if other is not row}
    for at in ("required_when", "visible_when"):
        tree = getattr(given, at) or None
        try:
            known_by = shown_by if at == "visible_when" else {}
            tree = tree and check_rule(entry.name, tree, key=row.key, shown_by=known_by)
        except FilterError as problem:
            problems += [replace(each, at=f"{at}.{each.at}".rstrip(".")) for each in problem.problems]
        setattr(row, at, tree)
    return problems


def _check_label(
    entry: ObjectType, row: CustomField, label: str, existing: Sequence[CustomField]
) -> list[Problem]:
    if not label:
        return [Problem("label", "required", _("Give the field a name."))]
    names = [str(found.label) for found in entry.fields.values() if found.key != row.key]
    names += [other.label for other in existing if other is not row]
    if label.casefold() in {name.casefold() for name in names}:
        text = _("%(objects)s have a field “%(label)s” already.")
        return [Problem("label", "duplicate", text % {"objects": entry.label_plural, "label": label})]
    return []


def _read_options(given: Definition, problems: list[Problem]) -> list[str]:
    if given.kind not in ("choice", "multi_choice"):
        return []
    options = list(dict.fromkeys(label for text in given.options if (label := " ".join(text.split()))))
    if len(options) > MOST_OPTIONS:
        text = _("Give at most %(limit)d options.") % {"limit": MOST_OPTIONS}
        problems.append(Problem("options", "too_many", text))
    for label in options:
        if "|" in label or len(label) > 120:
            text = _("An option needs a name of at most 120 characters, without the character |.")
            problems.append(Problem("options", "bad_label", text))
            break
    return options


def _set_default(row: CustomField, default: Any) -> None:
    """Read and store what new records begin with. Raises BadDefinition."""
    found = field_of(row)
    try:
        value = None if default is None or default == "" else found.kind.clean(default, found)
    except BadValue as problem:
        raise BadDefinition([Problem("default", problem.code, problem.message)]) from None
    if found.target is not None and not found.is_empty(value):
        raise BadDefinition([Problem("default", "no_default", _("A link has no default."))])
    if found.kind.name == "file" and not found.is_empty(value):
        raise BadDefinition([Problem("default", "no_default", _("A file has no default."))])
    row.default = None if value is None or found.is_empty(value) else found.kind.to_json(value)
    row.save()
    rows.refresh()
