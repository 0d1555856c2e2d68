"""Where the two databases need different SQL: local days, spans of days, lists, an order of texts."""

import json
from typing import Any

from django.db.models import Aggregate, BooleanField, Func, IntegerField, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate

from headwater.reports.dialect import postgresql, sqlite


class DayOfDate(Func):
    """Days since 1970-01-01 of a date-only column; NULL stays NULL."""

    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return sqlite.day_of_date(sql), params

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return postgresql.day_of_date(sql), params


class DayOfInstant(Func):
    """Days since 1970-01-01 of the wall-clock date that an instant has in a zone; NULL stays NULL.

    For instants without a stored day beside them. The argument must be a plain column, because
    its SQL is repeated.
    """

    arity = 1
    output_field = IntegerField()

    def __init__(self, column: Combinable, zone: str) -> None:
        self.zone = zone
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return sqlite.day_of_instant(sql, self.zone), params

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return postgresql.day_of_instant(sql, self.zone), params


class InBytes(Func):
    """A text compared byte by byte, so that both databases agree which of several comes first."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        return compiler.compile(self.get_source_expressions()[0])

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        return compiler.compile(Collate(self.get_source_expressions()[0], "C"))


class Within(Func):
    """Whether one column's instant is at most so many times 24 hours after another's; NULL without one."""

    arity = 2
    output_field = BooleanField()

    def __init__(self, later: str, earlier: str, days: int) -> None:
        self.days = days
        super().__init__(later, earlier)

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        return self._as(sqlite.within, compiler)

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        return self._as(postgresql.within, compiler)

    def _as(self, write: Any, compiler: Any) -> Any:
        (later, params), (earlier, more) = (compiler.compile(one) for one in self.get_source_expressions())
        assert not params
        assert not more  # plain columns, whose SQL can be repeated
        return write(later, earlier, self.days), ()


class Collected(Aggregate):
    """Every number of a group, for what cannot be merged from parts, such as a median."""

    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **options)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return super().as_sql(compiler, connection, function="ARRAY_AGG", **options)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return [self._read]

    @staticmethod
    def _read(value: Any, expression: Any, connection: Any) -> tuple[Any, ...]:
        numbers = json.loads(value) if isinstance(value, str) else value or ()
        return tuple(number for number in numbers if number is not None)


__all__ = ["Collected", "DayOfDate", "DayOfInstant", "InBytes", "Within"]
