"""The shape every field kind has."""

import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.types import Value, ValueType

if TYPE_CHECKING:
    from headwater.metadata.objects import Field


class Kind:
    """One kind of field. Kinds hold no state; what differs between fields is on the field.

    ``operators`` are keys of the operator table, in the order people are offered them.
    ``aggregates`` and ``buckets`` say what reports can do with the kind, ``in_formulas`` what its values
    are in formulas; None where formulas cannot read it.
    """

    name: ClassVar[str]
    operators: ClassVar[tuple[str, ...]] = ()
    aggregates: ClassVar[tuple[str, ...]] = ()
    buckets: ClassVar[tuple[str, ...]] = ()
    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = True
    of_one_record: ClassVar[bool] = False  # no cell of a table, change of many or copy can give a value
    in_files: ClassVar[bool] = True  # a column of a file can hold a value
    in_formulas: ClassVar[ValueType | None] = None
    many: ClassVar[bool] = False  # a value is a tuple, stored as ``|a|b|``

    def operators_on(self, field: "Field") -> tuple[str, ...]:
        """Return the operators that mean something on a field."""
        return self.operators

    def clean(self, raw: Any, field: "Field") -> Any:
        """Turn typed JSON or text into the stored value; None means empty. Raises BadValue."""
        raise NotImplementedError

    def empty_value(self, field: "Field") -> Any:
        """Return what the column holds when there is nothing: one empty form per column, never two."""
        return None if field.nullable else ""

    def to_json(self, value: Any) -> Any:
        """Return the value as the API and history write it."""
        return value

    def from_json(self, value: Any) -> Any:
        """Undo ``to_json``: history is read back with this."""
        return value

    def present(self, value: Any, field: "Field") -> Any:
        """Return a value of an earlier time as it counts now: with options that have been merged since."""
        return value

    def pack(self, value: Any) -> Any:
        """Return the value as the column of custom fields holds it."""
        return f"|{'|'.join(str(each) for each in value)}|" if self.many and value else self.to_json(value)

    def unpack(self, stored: Any) -> Any:
        """Undo ``pack``, for what is not nothing."""
        if not self.many:
            return self.from_json(stored)
        return self.from_json([each for each in stored.split("|") if each])

    def display(self, value: Any, field: "Field") -> str:
        """Return the value as the reader sees it, in the active language."""
        return "" if value is None else str(value)

    def words(self, value: Any) -> str:
        """Return the text by which search finds a record with this value."""
        return str(value)

    def to_formula(self, value: Any, field: "Field") -> Value:
        """Return the value as formulas work with it."""
        known: Value = value
        return known

    def from_formula(self, result: Value, field: "Field") -> Any:
        """Return what is stored of a formula's result; nothing where the field cannot hold it."""
        try:
            return self.clean(result, field)
        except BadValue:
            return self.empty_value(field)

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        """Return the values of columns computed from this one, keyed by attribute name."""
        return {}


def clean_text(raw: Any, *, max_length: int | None) -> str:
    """Return trimmed NFC text without control characters; refuse anything that is not text or a number."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise BadValue("not_text", _("Write this as text."))
    text = str(raw)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\x00", "").strip()
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise BadValue("not_text", _("This text contains broken characters."))
    if max_length is not None and len(text) > max_length:
        raise BadValue("too_long", _("Use at most %(limit)d characters.") % {"limit": max_length})
    return text
