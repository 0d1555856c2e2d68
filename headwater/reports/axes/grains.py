"""The sizes into which dates and instants are cut."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.lib.periods import Unit


class Grain(StrEnum):
    """A calendar unit, or only whether there is a date at all."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_QUARTER = "fiscal_quarter"
    FISCAL_YEAR = "fiscal_year"
    SET = "set"

    @property
    def unit(self) -> Unit:
        """The calendar unit. Raises ValueError for ``SET``, which has none."""
        return Unit(self.value)


LABELS: dict[Grain, str | Promise] = {
    Grain.DAY: _("Day"),
    Grain.WEEK: _("Week"),
    Grain.MONTH: _("Month"),
    Grain.QUARTER: _("Quarter"),
    Grain.YEAR: _("Year"),
    Grain.FISCAL_QUARTER: _("Fiscal quarter"),
    Grain.FISCAL_YEAR: _("Fiscal year"),
    Grain.SET: _("Yes or no"),
}
