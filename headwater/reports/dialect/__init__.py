"""Where the two databases need different SQL: local days, and an order of texts that both share."""

from typing import Any

from django.db.models import Func, IntegerField
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


__all__ = ["DayOfDate", "DayOfInstant", "InBytes"]
