"""Dates and instants, cut into calendar buckets of the organization's zone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.lib.periods import Unit, bucket_first, bucket_next, bucket_start, day_of_number
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.paths import Path
from headwater.reports.axes.base import NOBODY, Axis, Key, Tree, column, guarded, seen_q
from headwater.reports.axes.grains import Grain
from headwater.reports.days import are_stored
from headwater.reports.dialect import DayOfDate, DayOfInstant

_MONTHLY = {Unit.MONTH, Unit.QUARTER, Unit.YEAR}
_FISCAL = {Unit.FISCAL_QUARTER, Unit.FISCAL_YEAR}
_WEEKS_SHIFT = 10_000  # makes week numbers positive, because SQL rounds toward zero


class BucketAxis(Axis):
    """Buckets named by their first day. The database groups by day, week or month; years are rolled up."""

    def __init__(self, path: Path, grain: Grain, context: FilterContext) -> None:
        super().__init__(path, context)
        self.unit, self.rules = grain.unit, context.rules
        self.is_stored = are_stored(path.field)
        self._firsts: dict[int, date] = {}

    @property
    def by_month(self) -> bool:
        """Whether the stored month suffices to know the bucket."""
        starts_with_month = self.unit in _MONTHLY or (self.unit in _FISCAL and self.rules.fiscal_day == 1)
        return self.is_stored and starts_with_month

    def expression(self) -> Combinable:
        name, field = column(self.path), self.path.field
        if self.by_month:
            value: Any = F(f"{name}_month")
        elif self.is_stored:
            value = F(f"{name}_day")
        elif field.kind.name == "instant":
            value = DayOfInstant(F(name), self.rules.zone)
        else:
            value = DayOfDate(F(name))
        if self.unit is Unit.WEEK:
            value = (value + Value(3 - self.rules.week_start + 7 * _WEEKS_SHIFT)) / Value(7)
        return guarded(self.path, self.context, value)

    def keys(self, raw: Any) -> tuple[Key, ...]:
        if raw is None:
            return (None,)
        if raw not in self._firsts:
            self._firsts[raw] = self._first(raw)
        return (self._firsts[raw],)

    def _first(self, raw: int) -> date:
        if self.unit is Unit.WEEK:
            return bucket_first(raw - _WEEKS_SHIFT, self.unit, self.rules)
        day = date(raw // 12, raw % 12 + 1, 1) if self.by_month else day_of_number(raw)
        return bucket_start(day, self.unit, self.rules)

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        return {key: formats.bucket(key, self.unit, self.rules) for key in sorted(keys)}

    def next(self, key: date) -> date:
        return bucket_next(key, self.unit, self.rules)

    def filled(self, keys: Iterable[Key], first: date | None, stop: date | None, most: int) -> set[Key]:
        """Return the keys with every bucket between them, and from ``first`` until before ``stop``.

        A calendar of more than ``most`` buckets is left as it is: it would crowd out what happened.
        """
        known = set(keys)
        real = [key for key in known if isinstance(key, date)]
        low = bucket_start(first, self.unit, self.rules) if first else min(real, default=None)
        if low is None:
            return known
        high = stop or max((self.next(key) for key in real), default=low)
        every: list[Key] = []
        while low < high and len(every) <= most:
            every.append(low)
            low = self.next(low)
        return known.union(every) if len(every) <= most else known

    def tree(self, keys: Sequence[Key]) -> Tree:
        leaves: list[Tree] = [
            {
                "field": self.path.key,
                "op": "in_range",
                "value": {"from": key.isoformat(), "to": self.next(key).isoformat()},
            }
            for key in keys
        ]
        return leaves[0] if len(leaves) == 1 else {"any": leaves}

    def to_json(self, key: Key) -> Any:
        return key.isoformat()

    def read(self, word: Any) -> Key:
        """Read the first day of a bucket: 2026-03-01, for months and years also 2026-03 and 2026."""
        try:
            day = date.fromisoformat(f"{word}-01-01"[:10]) if isinstance(word, str) else None
        except ValueError:
            day = None
        if day is None or bucket_start(day, self.unit, self.rules) != day:
            raise BadValue("bad_key", _("Give the first day of a group, such as 2026-03-01."))
        return day


class SetAxis(Axis):
    """Only whether there is a date: yes or no."""

    def expression(self) -> Combinable:
        field, name = self.path.field, column(self.path)
        present = Q(**{f"{name}_day__isnull" if field.bucketed else f"{name}__isnull": False})
        condition = seen_q(self.path, self.context) & present
        return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())

    def keys(self, raw: Any) -> tuple[Key, ...]:
        return (bool(raw),)

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        return {key: _("Yes") if key else _("No") for key in (True, False) if key in keys}

    def tree(self, keys: Sequence[Key]) -> Tree:
        leaves: list[Tree] = [{"field": self.path.key, "op": "not_empty" if key else "empty"} for key in keys]
        return leaves[0] if len(leaves) == 1 else {"any": leaves}

    def none_tree(self) -> Tree:
        return NOBODY

    def read(self, word: Any) -> Key:
        if isinstance(word, bool):
            return word
        raise BadValue("bad_key", _("Give true or false."))
