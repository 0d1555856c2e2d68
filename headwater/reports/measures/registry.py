"""Which measures there are: those that rooms register, and those every object has by itself."""

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.reports.measures.measure import Measure, MeasureKind

_registered: dict[str, Measure] = {}

_LABELS = {
    MeasureKind.SUM: _("Sum of %(field)s"),
    MeasureKind.AVG: _("Average of %(field)s"),
    MeasureKind.MEDIAN: _("Median of %(field)s"),
    MeasureKind.MIN: _("Smallest %(field)s"),
    MeasureKind.MAX: _("Largest %(field)s"),
}
_DEFINITIONS = {
    MeasureKind.SUM: _(
        "The sum of %(field)s; records without a usable number are left out and counted apart."
    ),
    MeasureKind.AVG: _("The sum of %(field)s divided by the number of records that have a usable one."),
    MeasureKind.MEDIAN: _(
        "The middle one of %(field)s among the records that have a usable one, put in order; of an even"
        " number of them the mean of the middle two."
    ),
    MeasureKind.MIN: _("The smallest %(field)s among the records that have a usable one."),
    MeasureKind.MAX: _("The largest %(field)s among the records that have a usable one."),
}


def register_measure(measure: Measure) -> None:
    """Add a measure to the semantic model of its object."""
    _registered[measure.ref] = measure


def measures_of(object_name: str) -> list[Measure]:
    """Return the measures of an object: registered ones first, then its count and those of its numbers."""
    entry = registry.get(object_name)
    found = {m.ref: m for m in _registered.values() if m.object_name == object_name}
    for measure in (_count(entry), *_of_numbers(entry)):
        found.setdefault(measure.ref, measure)
    return [measure for measure in found.values() if _is_open(entry, measure)]


def _is_open(entry: ObjectType, measure: Measure) -> bool:
    """Whether the present reader has every field that a measure is made of."""
    used = (measure.field, measure.among, measure.value, measure.weight, measure.date)
    return all(key is None or key in entry.fields for key in used)


def find_measure(object_name: str, ref: str) -> Measure | None:
    """Return a measure of an object by its ref, with or without the object's name before it."""
    bare = ref.removeprefix(f"{object_name}.")
    return next((m for m in measures_of(object_name) if m.ref == f"{object_name}.{bare}"), None)


def _count(entry: ObjectType) -> Measure:
    words = {"objects": str(entry.label_plural).lower()}
    return Measure(
        ref=f"{entry.name}.count",
        object_name=entry.name,
        kind=MeasureKind.COUNT,
        label=say("Number of %(objects)s") % words,
        definition=say("Each of the %(objects)s counts once: archived and imported too, deleted not.")
        % words,
    )


def _of_numbers(entry: ObjectType) -> list[Measure]:
    return [
        _of_number(entry, found, MeasureKind(aggregate))
        for found in entry.fields.values()
        if found.reportable
        for aggregate in (*found.kind.aggregates, "median")
        if found.kind.name in ("integer", "decimal", "money", "percent", "duration")
    ]


def _of_number(entry: ObjectType, found: Field, kind: MeasureKind) -> Measure:
    return Measure(
        ref=f"{entry.name}.{found.key}.{kind}",
        object_name=entry.name,
        kind=kind,
        label=str(_LABELS[kind]) % {"field": found.label},
        definition=str(_DEFINITIONS[kind]) % {"field": found.label},
        field=found.key,
    )
