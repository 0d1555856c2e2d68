"""Asking for rows with one of thousands of values, as one parameter."""

# ruff: noqa: S608  (Django compiled the column; the values are a parameter)

import json
from typing import Any

from django.db.models import Lookup


class AnyOf(Lookup[Any]):
    """A condition, ``AnyOf(F("field"), values)``: like ``__in``, but the list of values is one parameter.

    A parameter for each of a thousand texts takes longer to write and to plan than the rows to find.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(list(self.rhs))]
