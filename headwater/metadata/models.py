"""Option lists that people edit."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Shared


class ChoiceOption(Shared, Audited):
    """One option of a named list (sources, territories, labels …).

    Records store ``key``, which never changes; the label may. Options in use are not deleted
    but made inactive: they stay readable and are no longer offered.
    """

    audit_label = _("Option")

    list = models.SlugField(max_length=60)
    key = models.SlugField(max_length=80)
    label = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    color = models.CharField(_("Color"), max_length=20, default="", blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering: ClassVar = ["list", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "key"], name="choice_option_key"),
            models.UniqueConstraint(fields=["list", "label"], name="choice_option_label"),
        ]

    def __str__(self) -> str:
        return self.label
