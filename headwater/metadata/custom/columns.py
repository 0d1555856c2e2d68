"""The column of custom values, and its parts as typed SQL.

``custom__decimal2_cf_price`` is, for the ORM, a column like any other: it can be filtered, sorted, grouped
and added up, and both databases answer alike. The word says the type, so that no query has to know
what is in the dictionary; keys are letters, digits and underscores, so that they can stand in SQL.

``custom__decimal2_in3_cf_price`` reads the same value from the third slot for numbers (``custom.slots``), a
column of its own, so that an index can be used.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Transform
from django.db.models.expressions import Col

from headwater.metadata.custom import slots
from headwater.metadata.modelfields import MultiChoiceField

_WORD = re.compile(
    r"(?P<type>[a-z]+)(?P<places>[0-9]?)(_in(?P<slot>[0-9]))?_(?P<key>cf_[a-z0-9_]+)", re.ASCII
)


class _BytesInHex(models.TextField):  # type: ignore[type-arg]
    """Bytes that are stored as their hexadecimal digits, which follow each other as the bytes do."""

    def get_prep_value(self, value: Any) -> Any:
        return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value

    def from_db_value(self, value: Any, *_ignored: Any) -> Any:
        return bytes.fromhex(value) if isinstance(value, str) else value


class _MatchForm(models.TextField):  # type: ignore[type-arg]
    """Texts as slots hold them to be matched; what they are compared with is brought into that form."""

    def get_prep_value(self, value: Any) -> Any:
        return slots.match_form(value) if isinstance(value, str) else value


class _Lowered(_MatchForm):
    """Such texts in lower case."""

    def get_transform(self, name: str) -> Any:
        return _AsItIs if name == "lowered" else super().get_transform(name)


class _AsItIs(Transform):
    """What is asked for is so already; a function around the column would keep the index from being used."""

    def as_sql(self, compiler: Any, connection: Any, **_options: Any) -> Any:  # type: ignore[override]
        return compiler.compile(self.lhs)


class _SortForm(models.BinaryField):  # type: ignore[type-arg]
    def get_prep_value(self, value: Any) -> Any:
        return slots.sort_form(bytes(value)) if isinstance(value, (bytes, memoryview)) else value

    def from_db_value(self, value: Any, *_ignored: Any) -> Any:
        return bytes(value) if isinstance(value, memoryview) else value


class _WholeNumber(models.BigIntegerField):  # type: ignore[type-arg]
    """A whole number in a column that has room for decimal places."""

    def from_db_value(self, value: Any, *_ignored: Any) -> Any:
        return None if value is None else int(value)


class _Decimal(models.DecimalField):  # type: ignore[type-arg]
    """A number in a column that has room for more decimal places."""

    def from_db_value(self, value: Any, *_ignored: Any) -> Any:
        return None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-self.decimal_places))


@dataclass(frozen=True)
class _Type:
    """``sqlite`` and ``postgresql`` are SQL around the value in JSON, which stands where the ``?`` is."""

    output: models.Field  # type: ignore[type-arg]
    sqlite: str
    postgresql: str
    member: str = ""  # of a value that is an object: which part of it counts


_TEXT = "COALESCE(?, '')"
_TYPES: dict[str, _Type] = {
    "text": _Type(models.TextField(), _TEXT, _TEXT),
    "name": _Type(models.TextField(), _TEXT, _TEXT, member="name"),
    "keys": _Type(MultiChoiceField(), _TEXT, _TEXT),
    "sort": _Type(_BytesInHex(), _TEXT, f'{_TEXT} COLLATE "C"'),
    "key": _Type(models.TextField(), "?", "?"),
    "number": _Type(models.BigIntegerField(), "CAST(? AS INTEGER)", "(?)::bigint"),
    "decimal": _Type(models.DecimalField(max_digits=15), "CAST(? AS NUMERIC)", "(?)::numeric"),
    "flag": _Type(models.BooleanField(), "COALESCE(?, 0)", "COALESCE((?)::boolean, false)"),
    "date": _Type(models.DateField(), "?", "(?)::date"),
    # As SQLite's columns of instants hold them.
    "instant": _Type(
        models.DateTimeField(), "REPLACE(REPLACE(?, 'T', ' '), 'Z', '')", "(?)::timestamp with time zone"
    ),
}
_SLOT_TYPES: dict[str, models.Field] = {  # type: ignore[type-arg]
    "key": models.TextField(),
    "lower": _Lowered(),
    "fold": _MatchForm(),
    "sort": _SortForm(),
    "number": _WholeNumber(),
    "date": models.DateField(),
}
"""What comes out of slots; beside them ``decimal``, whose places the word says."""
OF_KIND = {
    "text": "text",
    "long_text": "text",
    "email": "text",
    "phone": "text",
    "url": "text",
    "address": "text",
    "choice": "key",
    "multi_choice": "keys",
    "relations": "keys",
    "file": "name",
    "integer": "number",
    "duration": "number",
    "user": "number",
    "relation": "number",
    "boolean": "flag",
    "date": "date",
    "instant": "instant",
}
"""The type of each kind's value; numbers with decimal places are ``decimal`` and how many."""


def word_of(kind: str, key: str, places: int, slot: str = "") -> str:
    """Return the word after ``custom__`` for a field's value; with ``slot``, of the value there."""
    type_name = OF_KIND.get(kind) or f"decimal{places}"
    if not slot:
        return f"{type_name}_{key}"
    if kind == "email":
        type_name = "lower"
    return f"{type_name}_in{slot.partition('_')[2]}_{key}"


class CustomValue(Transform):
    """One value of the column as SQL of its type."""

    def __init__(self, column: Any, word: str) -> None:
        self.word = word
        found = _WORD.fullmatch(word)
        assert found is not None
        self.key = found["key"]
        name = "sort" if self.key.endswith("_sort") else "text" if _is_beside(self.key) else found["type"]
        self.places = int(found["places"] or 0)
        self.slot = _slot_column(found["type"], found["slot"], self.key)
        self.type = _TYPES.get(name, _TYPES["text"])
        self.name = "fold" if self.slot and self.key.endswith("_fold") else name
        super().__init__(column)

    @property
    def output_field(self) -> Any:
        if self.slot:
            return _SLOT_TYPES.get(self.name) or _Decimal(max_digits=15, decimal_places=self.places)
        if isinstance(self.type.output, models.DecimalField):
            return models.DecimalField(max_digits=15, decimal_places=self.places)
        return self.type.output

    def _from_slot(self, compiler: Any) -> Any:
        """Return the bare column: with anything around it no index could be used."""
        assert isinstance(self.lhs, Col)
        column: Any = self.lhs.target.model._meta.get_field(self.slot)
        return compiler.compile(Col(self.lhs.alias, column))

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        if self.slot:
            return self._from_slot(compiler)
        sql, params = compiler.compile(self.lhs)
        path = f"{self.key}.{self.type.member}" if self.type.member else self.key
        return self.type.sqlite.replace("?", f"json_extract({sql}, '$.{path}')"), params

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        if self.slot:
            return self._from_slot(compiler)
        sql, params = compiler.compile(self.lhs)
        path = f"-> '{self.key}' ->> '{self.type.member}'" if self.type.member else f"->> '{self.key}'"
        return self.type.postgresql.replace("?", f"({sql} {path})"), params


def _slot_column(type_name: str, number: str | None, key: str) -> str:
    """Return the column of a slot that a word names; nothing for what lies in JSON only."""
    if number is None:
        return ""
    if type_name == "text":
        # The text as typed is in JSON; its slot has the forms to match and to sort by.
        ending = {"_fold": "", "_sort": "_sort"}.get(key[-5:])
        return "" if ending is None else f"slot_text_{number}{ending}"
    family = "text" if type_name in ("key", "lower") else "date" if type_name == "date" else "number"
    return f"slot_{family}_{number}"


def _is_beside(key: str) -> bool:
    return key.endswith(("_fold", "_e164"))


class CustomColumn(models.JSONField):
    """The values of custom fields, by key; NULL where a record has none. Brings the slots with it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"null": True, "blank": True, "editable": False} | options))

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def contribute_to_class(self, cls: type[models.Model], name: str, *rest: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *rest, **options)
        if not cls._meta.abstract:
            for column, field in slots.slot_fields().items():
                field.contribute_to_class(cls, column)

    def get_transform(self, name: str) -> Any:
        found = _WORD.fullmatch(name)
        if found is None or found["type"] not in _TYPES.keys() | {"lower"}:
            return None
        return partial(CustomValue, word=name)
