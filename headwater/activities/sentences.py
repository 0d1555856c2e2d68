"""Changes in words: the reader's language, labels instead of keys, names instead of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.activities.words import phrase_of, surrounding_of
from headwater.history.services import is_field
from headwater.lib import formats
from headwater.lib.joining import all_of
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import Field, ObjectType
from headwater.records.models import Record

Names = Mapping[str, Mapping[int, str]]
"""Titles that the reader may see, by object and number."""

LONGEST_SHOWN = 200
_IN_FULL, _SHORT, _NAMED = 2, 120, 3


@dataclass(frozen=True)
class Reference:
    """A record that is mentioned. ``title`` is None when the reader may not see it."""

    object_name: str
    id: int
    title: str | None

    @classmethod
    def of(cls, object_name: str, number: int, names: Names) -> "Reference":
        return cls(object_name, number, names.get(object_name, {}).get(number))

    def __str__(self) -> str:
        return self.title if self.title is not None else _("a record you cannot see")

    def to_json(self) -> dict[str, Any] | None:
        if self.title is None:
            return None
        return {"object": self.object_name, "id": self.id, "title": self.title}


@dataclass(frozen=True)
class Change:
    """One thing that changed, as the reader sees it; empty text means there was, or is, nothing.

    ``reference`` is the record that a thing around this one is about.
    """

    key: str
    label: str
    before: str
    after: str
    reference: Reference | None = None

    def to_json(self) -> dict[str, Any]:
        return {"field": self.key, "label": self.label, "from": self.before, "to": self.after}


def read_cause(cause: str) -> tuple[str, int] | str | None:
    """Return the record that a stored cause such as ``opportunity:12`` names, else its words."""
    name, _colon, digits = cause.partition(":")
    if (number := whole_number(digits)) is not None:
        try:
            registry.get(name)
        except UnknownObject:
            return cause
        return name, number
    return cause or None


def changes_of(
    entry_type: ObjectType,
    record: Record,
    changes: Mapping[str, Sequence[Any]],
    names: Names,
    *,
    creation: bool,
) -> list[Change]:
    """Return what the reader is shown of an entry's changes.

    Fields that the product fills in by itself stay out of sight next to those people write.
    """
    # What was erased since is the same before and after.
    told = {key for key, (before, after) in changes.items() if before != after}
    fields = [found for key, found in entry_type.fields.items() if key in told]
    shown = [found for found in fields if found.editable]
    if not shown and not creation and len(fields) == len(told):
        shown = fields
    # An amount is shown with its currency, which then needs no word of its own.
    said_with = {found.currency_key for found in shown if found.currency_key}
    shown = [found for found in shown if found.key not in said_with]
    around = sorted(((k, v) for k, v in changes.items() if not is_field(k)), key=_weight)
    described = [change for key, values in around if (change := _around(key, values, names))]
    return described + [_field_change(found, record, changes[found.key], names) for found in shown]


def _weight(item: tuple[str, Sequence[Any]]) -> tuple[int, str]:
    """Order the things around a record: what came, went or changed first, then what is primary for it."""
    key, (before, after) = item
    if not isinstance(before, dict) or not isinstance(after, dict):
        return 0, key
    if before | {"primary": None} != after | {"primary": None}:
        return 1, key
    return (2 if after.get("primary") else 3), key


def _field_change(found: Field, record: Record, values: Sequence[Any], names: Names) -> Change:
    before, after = (_display(found, record, value, names) for value in values)
    return Change(found.key, str(found.label), before, after)


def _display(found: Field, record: Record, value: Any, names: Names) -> str:
    stored = found.kind.from_json(value)
    if found.is_empty(stored):
        return ""
    if found.target is not None:
        shown = (str(Reference.of(found.target, number, names)) for number in found.numbers_in(stored))
        return ", ".join(filter(None, shown))
    if found.currency_key:
        return formats.money(stored, getattr(record, found.currency_key) or "")
    text = found.kind.display(stored, found)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _around(key: str, values: Sequence[Any], names: Names) -> Change | None:
    around = surrounding_of(key)
    if around is None:
        return None
    reference: Reference | None = None
    texts = []
    for value in values:
        if not isinstance(value, dict):
            texts.append("")
            continue
        named = value.get("name", "")
        if around.object_name:
            reference = Reference.of(around.object_name, value[around.object_name], names)
            named = str(reference)
        detail = around.detail(value)
        texts.append(f"{named} ({detail})" if detail else named)
    label = registry.get(around.object_name).label if around.object_name else _("Role")
    return Change(key, str(label), texts[0], texts[1], reference)


def sentence_of(verb: str, changes: Sequence[Change]) -> str:
    """Say what happened, without saying who did it."""
    phrase = phrase_of(verb)
    if phrase is None:
        return _said(changes) or _("changed this record")
    around = [change for change in changes if not is_field(change.key)]
    words = (
        str(phrase) % {"what": around[0].after or around[0].before} if around else str(phrase) % {"what": ""}
    )
    rest = [] if verb == "created" else [change for change in changes if is_field(change.key)]
    said = _said(rest)
    return f"{words.rstrip()}; {said}" if said else words.rstrip()


def _said(changes: Sequence[Change]) -> str:
    """Say one or two short changes in full, more or longer ones by the names of the fields."""
    if len(changes) <= _IN_FULL and all(len(c.before) + len(c.after) <= _SHORT for c in changes):
        return all_of(_said_in_full(change) for change in changes)
    if len(changes) == 1:
        return _("changed %(fields)s") % {"fields": changes[0].label}
    listed = ", ".join(change.label for change in changes[:_NAMED])
    more = len(changes) - _NAMED
    if more <= 0:
        return _("changed %(fields)s") % {"fields": listed}
    text = ngettext("changed %(fields)s and %(count)d more", "changed %(fields)s and %(count)d more", more)
    return text % {"fields": listed, "count": more}


def _said_in_full(change: Change) -> str:
    words = {"field": change.label, "before": change.before, "after": change.after}
    if not change.before:
        return _("set %(field)s to %(after)s") % words
    if not change.after:
        return _("removed %(before)s from %(field)s") % words
    return _("changed %(field)s from %(before)s to %(after)s") % words
