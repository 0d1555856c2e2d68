"""How a measure's number is made of what the database counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Max, Min, Q, Sum
from django.db.models.expressions import Combinable

from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.reports.dialect import Collected, Within
from headwater.reports.measures.measure import Basis, Measure, MeasureKind
from headwater.reports.measures.parts import Counted, Part, add, joined, largest, smallest
from headwater.reports.measures.terms import Terms

Tree = dict[str, Any]
Absent = tuple[str, str, str]
"""A reason, and the two parts whose difference counts the records that are left out for it."""


@dataclass(frozen=True)
class Recipe:
    """The parts of one measure, by what they are to it.

    ``top`` is the number, or the numerator over ``under``. ``sample`` counts the records that a
    rate rests on. ``absent`` says what is left out. ``only`` are conditions that the records
    behind the number meet besides those of its cell; ``behind`` counts these records, "" where they
    are of several sets.
    """

    measure: Measure
    parts: tuple[Part, ...]
    top: str
    under: str | None = None
    sample: str = ""
    absent: tuple[Absent, ...] = ()
    only: tuple[Tree, ...] = field(default=())
    behind: str = ""

    @property
    def strands(self) -> tuple[str, ...]:
        """The strands that the parts belong to; the denominator's last."""
        return tuple(dict.fromkeys(part.strand for part in self.parts))


def recipe_of(measure: Measure, terms: Terms) -> Recipe:
    """Return how a measure's number is made."""
    if measure.is_rate:
        return _event(measure, terms) if measure.basis is Basis.EVENT else _rate(measure, terms)
    strand = terms.strand_of(measure.date) if measure.dated else ""
    rows = _rows(strand)
    if measure.field is None:
        return Recipe(measure, (rows,), top=rows.name, behind=rows.name)
    return _of_number(measure, terms, rows)


def renamed(recipe: Recipe, prefix: str) -> Recipe:
    """Return the recipe over parts whose names have a prefix: those of the time before."""
    return replace(
        recipe,
        parts=tuple(replace(part, name=prefix + part.name) for part in recipe.parts),
        top=prefix + recipe.top,
        under=None if recipe.under is None else prefix + recipe.under,
        sample=prefix + recipe.sample,
        behind=recipe.behind and prefix + recipe.behind,
        absent=tuple((why, prefix + more, prefix + less) for why, more, less in recipe.absent),
    )


def _rows(strand: str) -> Part:
    return Part(_named("rows", strand), Counted("*"), strand=strand)


def _named(name: str, strand: str) -> str:
    return f"{strand}: {name}" if strand else name


def presence(found: Field) -> str:
    """Return the column whose NULL says that an instant is missing: the small sibling where there is one."""
    return f"{found.attname}_day" if found.bucketed else found.attname


def _is_set(found: Field) -> Q:
    return Q(**{f"{presence(found)}__isnull": False})


def _of_number(measure: Measure, terms: Terms, rows: Part) -> Recipe:
    found = registry.whole(measure.object_name).fields[measure.field or ""]
    strand = rows.strand
    amount = terms.amount(found, measure.date if measure.dated else "")
    counts, absent = _usable(found, amount, rows, terms)
    last = counts[-1].name
    value: Combinable = amount
    name = found.key
    if measure.weight:
        weight = registry.whole(measure.object_name).fields[measure.weight]
        value, name = terms.weighted(amount, weight), f"{found.key} by {weight.key}"
        counted = Part(_named(f"usable {name}", strand), Counted(value), strand=strand)
        absent = (*absent, ("no_weight", last, counted.name))
        counts, last = (*counts, counted), counted.name
    part = _value_part(measure.kind, name, value, strand)
    under = last if measure.kind in (MeasureKind.AVG, MeasureKind.MEDIAN) else None
    return Recipe(measure, (rows, *counts, part), part.name, under, last, absent, behind=rows.name)


def _usable(
    found: Field, amount: Combinable, rows: Part, terms: Terms
) -> tuple[tuple[Part, ...], tuple[Absent, ...]]:
    """Return the counts of records that have a number, and of those among them that can be added."""
    strand = rows.strand
    given = Part(_named(f"given {found.key}", strand), Counted(found.attname), strand=strand)
    absent = (("no_value", rows.name, given.name),)
    if found.currency_key is None:
        return (given,), absent
    usable = Part(_named(f"usable {found.key}", strand), Counted(amount), strand=strand)
    return (given, usable), (*absent, ("no_rate", given.name, usable.name))


def _value_part(kind: MeasureKind, name: str, value: Combinable, strand: str) -> Part:
    if kind is MeasureKind.MEDIAN:
        return Part(_named(f"all {name}", strand), Collected(value), joined, nothing=(), strand=strand)
    aggregate, merge = {
        MeasureKind.SUM: (Sum, add),
        MeasureKind.AVG: (Sum, add),
        MeasureKind.MIN: (Min, smallest),
        MeasureKind.MAX: (Max, largest),
    }[kind]
    part = _named(f"{aggregate.__name__.lower()} {name}", strand)
    return Part(part, aggregate(value), merge, nothing=None, strand=strand)


def _event(measure: Measure, terms: Terms) -> Recipe:
    """Converted in the period over begun in the period: two sets of records."""
    top = _rows(terms.strand_of(measure.field or ""))
    under = _rows(terms.strand_of(measure.date))
    return Recipe(measure, (top, under), top.name, under.name, sample=under.name)


def _rate(measure: Measure, terms: Terms) -> Recipe:
    """Count (or weigh) those of a set of records that converted."""
    fields = registry.whole(measure.object_name).fields
    rows = _rows("")
    found = fields[measure.field or ""]
    among, name = Q(), ""
    only: list[Tree] = []
    absent: list[Absent] = []
    sample = rows
    if measure.among:
        among &= _is_set(fields[measure.among])
        name += f" among {measure.among}"
        only.append({"field": measure.among, "op": "not_empty"})
        sample = Part(f"among {measure.among}", Counted(presence(fields[measure.among])))
        absent.append(("undecided", rows.name, sample.name))
    converted = _is_set(found)
    if measure.basis is Basis.WINDOWED:
        days, begun = measure.days or 0, fields[measure.date]
        matured = terms.matured(days)
        among &= Q(**{f"{begun.attname}__lt": matured})
        name += f" of {days} days"
        only.append({"field": measure.date, "op": "in_range", "value": {"to": matured.isoformat()}})
        mature = Part(f"mature{name}", Counted("pk", filter=among))
        absent.append(("immature", sample.name, mature.name))
        sample = mature
        converted = Q(Within(found.attname, begun.attname, days))
    parts = (rows,) if sample is rows else (rows, sample)
    if measure.value is None:
        top = (
            Part(f"set {found.key}{name}", Counted("pk", filter=among & converted))
            if name
            else Part(f"set {found.key}", Counted(presence(found)))
        )
        of = sample.name
        return Recipe(measure, (*parts, top), top.name, of, of, tuple(absent), tuple(only), behind=of)
    return _weighed(measure, terms, _Among(parts, sample, among, converted, name, absent, only))


@dataclass(frozen=True)
class _Among:
    """Which records a rate is of, and which of them converted."""

    parts: tuple[Part, ...]
    sample: Part
    among: Q
    converted: Q
    name: str
    absent: list[Absent]
    only: list[Tree]


def _weighed(measure: Measure, terms: Terms, of: _Among) -> Recipe:
    found = registry.whole(measure.object_name).fields[measure.value or ""]
    amount = terms.amount(found, measure.date)
    key, among = f"{found.key}{of.name}", of.among or None
    given = Part(f"given {key}", Counted(found.attname, filter=among))
    usable = Part(f"usable {key}", Counted(amount, filter=among))
    under = Part(f"sum {key}", Sum(amount, filter=among), add, nothing=None)
    top = Part(
        f"sum {key} of {measure.field}", Sum(amount, filter=of.among & of.converted), add, nothing=None
    )
    absent = (
        *of.absent,
        ("no_value", of.sample.name, given.name),
        ("no_rate", given.name, usable.name),
    )
    parts = (*of.parts, given, usable, under, top)
    conditions, behind = tuple(of.only), of.sample.name
    return Recipe(measure, parts, top.name, under.name, usable.name, absent, conditions, behind)


def left_out(recipe: Recipe, values: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records of a group the measure could not use, by reason."""
    counts = {reason: values[more] - values[less] for reason, more, less in recipe.absent}
    return {reason: count for reason, count in counts.items() if count}
