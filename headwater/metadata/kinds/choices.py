"""One or several of a list of options."""

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.types import Value, ValueType
from headwater.metadata.kinds.base import Kind, clean_text

if TYPE_CHECKING:
    from headwater.metadata.objects import Field


def find_key(raw: Any, field: "Field") -> str:
    """Return the stable key of an option given by key or by its exact label.

    One that was merged into another stands for that one, wherever it is still written: in saved filters,
    addresses, files and programs. A label that differs only in case is reported as a near match, never
    taken silently.
    """
    word = clean_text(raw, max_length=None)
    choices = field.choices()
    # Keys first: the label of one option may be the key of another.
    for choice in choices:
        if word == choice.key:
            return choice.survivor
    for choice in choices:
        if word == unicodedata.normalize("NFC", str(choice.label)):
            return choice.survivor
    near = [c for c in choices if word.casefold() in (c.key.casefold(), str(c.label).casefold())]
    if near:
        message = _("“%(word)s” is not an option. Did you mean “%(near)s”?")
        raise BadValue("near_choice", message % {"word": word, "near": near[0].label})
    raise BadValue(
        "unknown_choice",
        _("“%(word)s” is not an option of %(field)s.") % {"word": word, "field": field.label},
    )


class ChoiceKind(Kind):
    """The stored value is the option's stable key."""

    name = "choice"
    operators = ("in", "not_in", "empty", "not_empty", "field_cmp")
    buckets = ("value",)
    in_formulas = ValueType.TEXT  # the key, which stays when people rename the option

    def clean(self, raw: Any, field: "Field") -> Any:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return self.empty_value(field)
        return self.find(raw, field)

    def find(self, raw: Any, field: "Field") -> str:
        """Return the key of the option that is meant. Raises BadValue."""
        return find_key(raw, field)

    def display(self, value: Any, field: "Field") -> str:
        return field.choice_label(value) if value else ""

    def to_formula(self, value: Any, field: "Field") -> Value:
        return value or ""

    def present(self, value: Any, field: "Field") -> Any:
        return _survivors((value,), field)[0] if value else value


class MultiChoiceKind(Kind):
    """Several options of one list; the value is a tuple of stable keys in the list's order."""

    name = "multi_choice"
    operators = ("has_any", "has_all", "has_none", "empty", "not_empty")
    buckets = ("value",)
    sortable = False
    many = True

    def clean(self, raw: Any, field: "Field") -> tuple[str, ...]:
        if raw is None:
            return ()
        words = raw.split("|") if isinstance(raw, str) else raw
        if not isinstance(words, (list, tuple)):
            raise BadValue("not_list", _("Give a list of options."))
        chosen = {find_key(word, field) for word in words if not isinstance(word, str) or word.strip()}
        return tuple(c.key for c in field.choices() if c.key in chosen)

    def empty_value(self, field: "Field") -> tuple[str, ...]:
        return ()

    def to_json(self, value: Any) -> Any:
        return list(value or ())

    def from_json(self, value: Any) -> Any:
        return tuple(value or ())

    def display(self, value: Any, field: "Field") -> str:
        return ", ".join(field.choice_label(key) for key in value or ())

    def present(self, value: Any, field: "Field") -> tuple[str, ...]:
        return _survivors(value or (), field)


def _survivors(keys: Iterable[str], field: "Field") -> tuple[str, ...]:
    merged = {choice.key: choice.merged_into for choice in field.choices() if choice.merged_into}
    return tuple(dict.fromkeys(merged.get(key, key) for key in keys)) if merged else tuple(keys)
