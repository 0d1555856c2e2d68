"""How the values of custom fields lie in a record: one JSON object by field key, nothing for nothing.

A value is there in its JSON form, several options as ``|a|b|`` so that both databases find one with a
plain LIKE. What is computed from a value (keys to sort and match by) lies beside it. The object is
never changed in place: who holds the old one can still tell what changed. A value of several parts is an
object by part; copies of the parts lie beside it, for queries.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from headwater.metadata.objects import Field

CUSTOM: Final = "custom"
"""The column of every record that holds the values."""

ENDINGS = ("fold", "sort", "e164")
"""What is stored beside a value; no key of a field ends in one of them."""


def part_key(key: str, part: str) -> str:
    """Return the key under which a part of a field's value is a field of its own."""
    return f"{key}_{part}"


def read(field: "Field", record: Any) -> Any:
    """Return the value of a custom field."""
    values = record.custom
    value = None if values is None else values.get(field.key)
    if value is None:
        return field.kind.empty_value(field)
    return field.kind.unpack(value)


def write(field: "Field", record: Any, value: Any) -> None:
    """Set the value of a custom field."""
    _put(record, field.key, field.kind.pack(value))


def read_part(field: "Field", record: Any) -> Any:
    """Return the value of a field that is one part of another's value."""
    whole = (record.custom or {}).get(field.part_of) or {}
    held = whole.get(field.part)
    return field.kind.empty_value(field) if held is None else field.kind.unpack(held)


def write_part(field: "Field", record: Any, value: Any) -> None:
    """Set one part of another field's value; the others stay."""
    whole = dict((record.custom or {}).get(field.part_of) or {})
    whole.pop(field.part, None)
    if not field.is_empty(value):
        whole[field.part] = field.kind.pack(value)
    _put(record, field.part_of, whole or None)


def read_sibling(field: "Field", record: Any, ending: str) -> Any:
    """Return what is stored beside a value; bytes for the key to sort by."""
    word = (record.custom or {}).get(f"{field.key}_{ending}", "")
    return bytes.fromhex(word) if ending == "sort" else word


def write_sibling(field: "Field", record: Any, attname: str, value: Any) -> None:
    """Set what is stored beside a value; ``attname`` is the name that the kind gave it."""
    word = value.hex() if isinstance(value, bytes) else value
    _put(record, field.key + attname.removeprefix(field.attname), word)


def _put(record: Any, key: str, word: Any) -> None:
    values = record.custom or {}
    is_nothing = word is None or word == "" or word is False or word == []
    if is_nothing and key not in values:
        return
    changed = {known: value for known, value in values.items() if known != key}
    if not is_nothing:
        changed[key] = word
    record.custom = changed or None
