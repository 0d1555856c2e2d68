"""What the database counts for a measure. Parts of disjoint groups merge without loss."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Max, Min, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.reports.measures.measure import Measure, MeasureKind
from headwater.users import organization

Values = tuple[Any, ...]
"""What the database counted, part by part."""


def add(values: Iterable[Any]) -> Any:
    """Return the sum; None when there is nothing to add."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def smallest(values: Iterable[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def largest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


@dataclass(frozen=True)
class Part:
    """One aggregate of the query. Measures that need the same part share it by its name.

    ``merge`` makes one value of those of disjoint groups; ``nothing`` is the value of no group.
    """

    name: str
    expression: Aggregate
    merge: Callable[[Iterable[Any]], Any] = sum
    nothing: Any = 0


class Counted(Count):
    """A count taken as the database returns it: converting whole numbers to themselves costs time."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


ROWS = Part("rows", Counted("*"))


def merged(parts: Sequence[Part], members: Sequence[Values]) -> Values:
    """Return the values of disjoint groups taken together."""
    if len(members) == 1:
        return members[0]
    if not members:
        return tuple(part.nothing for part in parts)
    return tuple(part.merge(column) for part, column in zip(parts, zip(*members, strict=True), strict=True))


def parts_of(measure: Measure) -> tuple[Part, ...]:
    """Return the parts from which a measure's cell is made; the first is always the number of records."""
    if measure.field is None:
        return (ROWS,)
    found = registry.get(measure.object_name).fields[measure.field]
    if measure.kind is MeasureKind.CONVERSION:
        return (ROWS, Part(f"set {found.key}", Counted(presence(found))))
    usable, foreign = usable_q(found), foreign_q(found)
    counts = [Part(f"usable {found.key}", Counted(found.attname, filter=usable))]
    if foreign is not None:
        counts.append(Part(f"foreign {found.key}", Counted(found.attname, filter=foreign)))
    return (ROWS, *counts, _value_part(measure.kind, found, usable))


def _value_part(kind: MeasureKind, found: Field, usable: Q | None) -> Part:
    aggregate, merge = {
        MeasureKind.SUM: (Sum, add),
        MeasureKind.AVG: (Sum, add),
        MeasureKind.MIN: (Min, smallest),
        MeasureKind.MAX: (Max, largest),
    }[kind]
    name = f"{aggregate.__name__.lower()} {found.key}"
    return Part(name, aggregate(found.attname, filter=usable), merge, nothing=None)


def presence(found: Field) -> str:
    """Return the column whose NULL says that an instant is missing: the small sibling where there is one."""
    return f"{found.attname}_day" if found.bucketed else found.attname


def usable_q(found: Field) -> Q | None:
    """Return the condition for amounts that can be added: those in the organization's currency."""
    if found.currency_key is None:
        return None
    return Q(**{f"{found.attname}__isnull": False, found.currency_key: organization.current().currency})


def foreign_q(found: Field) -> Q | None:
    """Return the condition for amounts in currencies that have no rate of exchange."""
    if found.currency_key is None:
        return None
    own = Q(**{found.currency_key: organization.current().currency})
    return Q(**{f"{found.attname}__isnull": False}) & ~own


def rank(measure: Measure, alias: Callable[[str], str]) -> Combinable:
    """Return the SQL of a measure's value over annotated parts, for choosing the largest groups."""
    names = [part.name for part in parts_of(measure)]
    if measure.kind is MeasureKind.COUNT:
        return F(alias(names[0]))
    if measure.kind is MeasureKind.CONVERSION:
        return Cast(F(alias(names[1])), FloatField()) / F(alias(names[0]))
    if measure.kind is MeasureKind.AVG:
        return Cast(F(alias(names[-1])), FloatField()) / F(alias(names[1]))
    return F(alias(names[-1]))
