"""What currencies are worth."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.lib.periods import day_of_number
from headwater.users.models.audited import Audited

PLACES = 18
"""Decimals of a rate: enough that a weak currency turned around and back loses nothing that is shown."""


class ExchangeRate(Audited):
    """From ``day`` on, until there is a later one: one ``currency`` is worth ``rate`` of ``against``.

    ``day`` counts from 1970-01-01, as records store their days, so that both meet in an index.
    """

    audit_label = _("Exchange rate")

    class Origin(models.TextChoices):
        TYPED = "typed", _("By hand")
        FILE = "file", _("From a file")

    currency = models.CharField(_("Currency"), max_length=3)
    against = models.CharField(_("In"), max_length=3)
    day = models.IntegerField(_("Day"))
    rate = models.DecimalField(pgettext_lazy("of exchange", "Rate"), max_digits=30, decimal_places=PLACES)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.TYPED)

    class Meta:
        ordering: ClassVar = ["-day", "currency", "against"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["against", "currency", "day"], name="exchange_rate_once"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.against} ({self.date})"

    @property
    def date(self) -> date:
        return day_of_number(self.day)

    @property
    def turned(self) -> Decimal:
        """What one of ``against`` is worth."""
        return 1 / self.rate
