"""Which axis a dimension needs."""

from typing import TYPE_CHECKING

from headwater.metadata.context import FilterContext
from headwater.metadata.objects import Field
from headwater.reports.axes.base import Axis
from headwater.reports.axes.computed import Computed
from headwater.reports.axes.dates import BucketAxis, SetAxis
from headwater.reports.axes.grains import Grain
from headwater.reports.axes.texts import ComputedAxis, NumberAxis, TextAxis
from headwater.reports.axes.values import BooleanAxis, ChoiceAxis, MultiChoiceAxis, link_axis

if TYPE_CHECKING:
    from headwater.reports.definition.types import Dimension

_SIMPLE: dict[str, type[Axis]] = {
    "choice": ChoiceAxis,
    "multi_choice": MultiChoiceAxis,
    "boolean": BooleanAxis,
    "integer": NumberAxis,
    "decimal": NumberAxis,
    "money": NumberAxis,
    "percent": NumberAxis,
    "duration": NumberAxis,
}


def axis_of(dimension: "Dimension", context: FilterContext) -> Axis:
    """Return the axis of a dimension for one reader."""
    source = dimension.field
    if isinstance(source, Computed):
        return ComputedAxis(source, context)
    if dimension.grain is Grain.SET:
        return SetAxis(source, context)
    if dimension.grain is not None:
        return BucketAxis(source, dimension.grain, context)
    if source.field.target is not None:
        return link_axis(source, context)
    return _SIMPLE.get(source.field.kind.name, TextAxis)(source, context)


def grains_of(field: Field) -> tuple[Grain, ...]:
    """Return the grains a field can be cut into; empty for fields that are no dates."""
    return tuple(Grain) if field.kind.name in ("date", "instant") else ()
