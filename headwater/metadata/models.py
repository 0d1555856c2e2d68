"""What people add to the dictionary: options of lists, and fields."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Shared


class ChoiceOption(Shared, Audited):
    """One option of a named list (sources, territories, labels …).

    Records store ``key``, which never changes; the label may. Options in use are not deleted
    but made inactive: they stay readable and are no longer offered. One that was merged into another stays as
    a second name of it: whoever writes its key or label means the other.
    """

    audit_label = _("Option")

    list = models.SlugField(max_length=60)
    key = models.SlugField(max_length=80)
    label = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    color = models.CharField(_("Color"), max_length=20, default="", blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    active = models.BooleanField(_("Active"), default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("Merged into")
    )

    class Meta:
        ordering: ClassVar = ["list", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "key"], name="choice_option_key"),
            models.UniqueConstraint(fields=["list", "label"], name="choice_option_label"),
        ]

    def __str__(self) -> str:
        return self.label


class CustomField(Shared, Audited):
    """One field that an administrator made for an object.

    ``key`` is what programs, filters and files call it; it never changes, nor does the kind. What
    records hold in an inactive field stays with them and is there again when it is switched on.
    """

    audit_label = _("Field")

    object = models.SlugField(max_length=60)
    key = models.SlugField(max_length=63)
    kind = models.SlugField(_("Kind"), max_length=20)
    label = models.CharField(_("Name"), max_length=80)
    labels = models.JSONField(_("Names in other languages"), default=dict, blank=True)  # by code
    help = models.CharField(_("Help"), max_length=200, default="", blank=True)
    section = models.CharField(_("Section"), max_length=80, default="", blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    is_required = models.BooleanField(_("Mandatory"), default=False)
    required_from = models.CharField(_("Mandatory from"), max_length=40, default="", blank=True)  # a point
    required_when = models.JSONField(_("Mandatory when"), null=True, blank=True)  # a filter tree
    visible_when = models.JSONField(_("Shown when"), null=True, blank=True)  # a filter tree
    default = models.JSONField(_("What new records begin with"), null=True, blank=True)  # in JSON form
    decimal_places = models.PositiveSmallIntegerField(_("Decimal places"), default=2)
    target = models.SlugField(_("Goes to"), max_length=60, default="", blank=True)  # of a link: the object
    formula = models.TextField(
        _("Formula"), default="", blank=True
    )  # of a computed field, whose result is of `kind`
    is_indexed = models.BooleanField(_("Indexed"), default=False)
    is_unique = models.BooleanField(_("Unique"), default=False)

    class Meta:
        ordering: ClassVar = ["object", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "key"], name="custom_field_key"),
            models.UniqueConstraint(fields=["object", "label"], name="custom_field_label"),
        ]

    def __str__(self) -> str:
        return self.label


class FieldSlot(models.Model):
    """A slot of an object that a field has, or that is not yet cleared of what a field had in it.

    ``place`` is the number of the record up to which it is filled, or cleared. It is written often, so this
    is no shared table: who changes the state renews the stamp.
    """

    class State(models.TextChoices):
        FILLING = "filling"
        FULL = "full"
        CLEARING = "clearing"

    object = models.SlugField(max_length=60)
    slot = models.SlugField(max_length=20)
    key = models.SlugField(max_length=63)
    state = models.CharField(max_length=20, choices=State.choices, default=State.FILLING)
    place = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "slot"], name="field_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.slot}: {self.key}"


class UniqueField(models.Model):
    """A field of which no two records of an object may have the same value.

    Its number stands for it where the values are kept (``records.unique``), so that a field that is marked
    anew begins with none. While records are looked through (up to ``place``), what is written is held to it
    already.
    ``clashes`` are the pairs of records for which it was refused.
    """

    class State(models.TextChoices):
        CHECKING = "checking"
        UNIQUE = "unique"
        REFUSED = "refused"

    object = models.SlugField(max_length=60)
    key = models.SlugField(max_length=63)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CHECKING)
    place = models.BigIntegerField(default=0)
    clashes = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "key"], name="unique_field_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.key}: {self.state}"


class FormLayout(Shared, Audited):
    """Where the fields of an object stand on its pages and forms, as an administrator arranged them."""

    audit_label = _("Form layout")

    object = models.SlugField(max_length=60, unique=True)
    sections = models.JSONField(_("Sections"), default=list)  # dicts: key, name, names, columns, fields
    off_form = models.JSONField(_("Not on the form"), default=list)  # keys of fields

    def __str__(self) -> str:
        return str(self.object)
