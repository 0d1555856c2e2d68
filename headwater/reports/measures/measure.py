"""What a measure is."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class MeasureKind(StrEnum):
    COUNT = "count"
    CONVERSION = "conversion"
    SUM = "sum"
    AVG = "avg"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"


class Basis(StrEnum):
    """How a rate is counted over time."""

    COHORT = "cohort"
    EVENT = "event"
    WINDOWED = "windowed"


@dataclass(frozen=True)
class CountsAs:
    """What one record is to a number; shown beside each record that the number opens."""

    key: str
    label: Words


COUNTED = CountsAs("counted", _("Counted"))
NOT_COUNTED = CountsAs("not_counted", _("Not counted"))
EVERY_BASIS = (Basis.COHORT, Basis.EVENT, Basis.WINDOWED)


@dataclass(frozen=True)
class Measure:
    """A number with a meaning of its own.

    ``ref`` names it in definitions: ``<object>.<key>``. ``definition`` says in one sentence what is
    counted; when that changes, ``version`` does. ``field`` is the number that is added up, or, for
    a conversion, the instant whose presence puts a record into the numerator. ``date`` is the
    field that decides the period unless the reader chooses another; where it is ``dated``, nobody
    can. ``counted`` and ``not_counted`` name the two sorts of records behind the number.

    Of a conversion: only records whose field ``among`` is set are in question; ``value`` is the
    money that weighs each record, instead of counting it; ``bases`` are those it can be counted
    on, the default first, and ``basis`` (with ``days`` for a window) is the chosen one. Of a sum:
    ``weight`` is a percentage by which each number is multiplied.
    """

    ref: str
    object_name: str
    kind: MeasureKind
    label: Words
    definition: Words
    version: int = 1
    date: str = "created_at"
    field: str | None = None
    counted: CountsAs = COUNTED
    not_counted: CountsAs = NOT_COUNTED
    dated: bool = False
    among: str | None = None
    value: str | None = None
    weight: str | None = None
    bases: tuple[Basis, ...] = ()
    basis: Basis | None = None
    days: int | None = None

    @property
    def is_rate(self) -> bool:
        return self.kind is MeasureKind.CONVERSION

    @property
    def is_additive(self) -> bool:
        """Whether the numbers of disjoint groups add up to the total."""
        return self.kind in (MeasureKind.COUNT, MeasureKind.SUM)

    @property
    def number(self) -> str | None:
        """The field that is added up, or weighs the records."""
        return self.value if self.is_rate else self.field

    def on(self, basis: Basis, days: int | None = None) -> "Measure":
        """Return the rate counted on one of its bases."""
        return replace(self, basis=basis, days=days)
