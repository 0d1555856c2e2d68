"""What a measure is."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class MeasureKind(StrEnum):
    COUNT = "count"
    CONVERSION = "conversion"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class CountsAs:
    """What one record is to a number; shown beside each record that the number opens."""

    key: str
    label: Words


COUNTED = CountsAs("counted", _("Counted"))
NOT_COUNTED = CountsAs("not_counted", _("Not counted"))


@dataclass(frozen=True)
class Measure:
    """A number with a meaning of its own.

    ``ref`` names it in definitions: ``<object>.<key>``. ``definition`` says in one sentence what is
    counted; when that changes, ``version`` does. ``field`` is the number that is added up, or, for
    a conversion, the instant whose presence puts a record into the numerator. ``date`` is the
    field that decides the period unless the reader chooses another. ``counted`` and
    ``not_counted`` name the two sorts of records behind the number.
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

    @property
    def is_rate(self) -> bool:
        return self.kind is MeasureKind.CONVERSION
