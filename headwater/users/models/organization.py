"""The one company that this installation serves."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models.audited import Audited
from headwater.users.models.shared import Shared


class Organization(Shared, Audited):
    """Settings of the whole installation: one row, number 1.

    ``zone`` decides where days begin in every report; ``week_start`` is 0 for Monday;
    the fiscal year begins on ``fiscal_day`` of ``fiscal_month``. ``days_stale`` is set while days
    that records store beside their instants may still be those of a zone before. ``most_reports`` and
    ``own_fields_in_reports`` are limits that a new installation does not have (``reports.limits``). Until
    ``key_kept``, administrators are asked to keep a copy of the secret key.
    """

    audit_label = _("Organization")

    name = models.CharField(_("Company name"), max_length=200, default="", blank=True)
    language = models.CharField(_("Language"), max_length=10, default="en")
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    zone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    week_start = models.PositiveSmallIntegerField(_("First day of the week"), default=0)
    fiscal_month = models.PositiveSmallIntegerField(_("First month of the fiscal year"), default=1)
    fiscal_day = models.PositiveSmallIntegerField(_("First day of the fiscal year"), default=1)
    days_stale = models.BooleanField(default=False, editable=False)
    disclosure_days = models.PositiveIntegerField(
        _("Days for which it is kept who saw and exported records"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
    )
    second_factor_required = models.BooleanField(_("Second factor required"), default=False)
    tokens_without_end = models.BooleanField(_("API tokens may last for ever"), default=False)
    phone_region = models.CharField(_("Country of phone numbers"), max_length=2, default="", blank=True)
    most_reports = models.PositiveIntegerField(
        _("Most reports of a person"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    own_fields_in_reports = models.BooleanField(_("Custom fields as groups and measures"), default=True)
    key_kept = models.BooleanField(_("A copy of the key is kept"), default=False)

    def __str__(self) -> str:
        return self.name
