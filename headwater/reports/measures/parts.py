"""What the database counts for a measure. Parts of disjoint groups merge without loss."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Max, Min, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.reports.measures.measure import Measure, MeasureKind
from headwater.users import organization

Merge = Callable[[Any, Any], Any]


def add(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def smaller(left: Any, right: Any) -> Any:
    return min((value for value in (left, right) if value is not None), default=None)


def larger(left: Any, right: Any) -> Any:
    return max((value for value in (left, right) if value is not None), default=None)


@dataclass(frozen=True)
class Part:
    """One aggregate of the query. Measures that need the same part share it by its name."""

    name: str
    expression: Aggregate
    merge: Merge = add


ROWS = Part("rows", Count("*"))


def parts_of(measure: Measure) -> tuple[Part, ...]:
    """Return the parts from which a measure's cell is made; the first is always the number of records."""
    if measure.field is None:
        return (ROWS,)
    found = registry.get(measure.object_name).fields[measure.field]
    if measure.kind is MeasureKind.CONVERSION:
        return (ROWS, Part(f"set {found.key}", Count(presence(found))))
    usable, foreign = usable_q(found), foreign_q(found)
    counts = [Part(f"usable {found.key}", Count(found.attname, filter=usable))]
    if foreign is not None:
        counts.append(Part(f"foreign {found.key}", Count(found.attname, filter=foreign)))
    return (ROWS, *counts, _value_part(measure.kind, found, usable))


def _value_part(kind: MeasureKind, found: Field, usable: Q | None) -> Part:
    aggregate, merge = {
        MeasureKind.SUM: (Sum, add),
        MeasureKind.AVG: (Sum, add),
        MeasureKind.MIN: (Min, smaller),
        MeasureKind.MAX: (Max, larger),
    }[kind]
    return Part(f"{aggregate.__name__.lower()} {found.key}", aggregate(found.attname, filter=usable), merge)


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
