"""The column of custom values, and its parts as typed SQL.

``custom__decimal2_cf_price`` is, for the ORM, a column like any other: it can be filtered, sorted, grouped
and added up, and both databases answer alike. The word says the type, so that no query has to know
what is in the dictionary; keys are letters, digits and underscores, so that they can stand in SQL.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Transform

from headwater.metadata.modelfields import MultiChoiceField

_WORD = re.compile(r"(?P<type>[a-z]+)(?P<places>[0-9]?)_(?P<key>cf_[a-z0-9_]+)", re.ASCII)


class _BytesInHex(models.TextField):  # type: ignore[type-arg]
    """Bytes that are stored as their hexadecimal digits, which follow each other as the bytes do."""

    def get_prep_value(self, value: Any) -> Any:
        return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value

    def from_db_value(self, value: Any, *_ignored: Any) -> Any:
        return bytes.fromhex(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class _Type:
    """``sqlite`` and ``postgresql`` are SQL around the value in JSON, which stands where the ``?`` is."""

    output: models.Field  # type: ignore[type-arg]
    sqlite: str
    postgresql: str


_TEXT = "COALESCE(?, '')"
_TYPES: dict[str, _Type] = {
    "text": _Type(models.TextField(), _TEXT, _TEXT),
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
OF_KIND = {
    "text": "text",
    "long_text": "text",
    "email": "text",
    "phone": "text",
    "url": "text",
    "choice": "key",
    "multi_choice": "keys",
    "integer": "number",
    "user": "number",
    "relation": "number",
    "boolean": "flag",
    "date": "date",
    "instant": "instant",
}
"""The type of each kind's value; numbers with decimal places are ``decimal`` and how many."""


def word_of(kind: str, key: str, places: int) -> str:
    """Return the word after ``custom__`` for a field's value."""
    return f"{OF_KIND.get(kind) or f'decimal{places}'}_{key}"


class CustomValue(Transform):
    """One value of the column as SQL of its type."""

    def __init__(self, column: Any, word: str) -> None:
        self.word = word
        found = _WORD.fullmatch(word)
        assert found is not None
        self.key = found["key"]
        name = "sort" if self.key.endswith("_sort") else "text" if _is_beside(self.key) else found["type"]
        self.type = _TYPES[name]
        self.places = int(found["places"] or 0)
        super().__init__(column)

    @property
    def output_field(self) -> Any:
        if isinstance(self.type.output, models.DecimalField):
            return models.DecimalField(max_digits=15, decimal_places=self.places)
        return self.type.output

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return self.type.sqlite.replace("?", f"json_extract({sql}, '$.{self.key}')"), params

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return self.type.postgresql.replace("?", f"({sql} ->> '{self.key}')"), params


def _is_beside(key: str) -> bool:
    return key.endswith(("_fold", "_e164"))


class CustomColumn(models.JSONField):
    """The values of custom fields, by key; NULL where a record has none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"null": True, "blank": True, "editable": False} | options))

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def get_transform(self, name: str) -> Any:
        found = _WORD.fullmatch(name)
        if found is None or found["type"] not in _TYPES:
            return None
        return partial(CustomValue, word=name)
