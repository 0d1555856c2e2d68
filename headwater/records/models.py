"""What every record has."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.metadata import modelfields as fields
from headwater.metadata.choices import register_list
from headwater.metadata.custom.columns import CustomColumn
from headwater.metadata.custom.slots import slot_indexes
from headwater.records.errors import FieldError
from headwater.records.saved.models import ListPreference, SavedView
from headwater.records.search.models import SearchRow

__all__ = ["Limits", "ListPreference", "Origin", "Record", "SavedView", "SearchRow", "UniqueValue"]

register_list("label", "labels", _("Labels"), is_free=True)


class Origin(models.TextChoices):
    """The door a record came through."""

    UI = "ui", _("By hand")
    API = "api", _("API")
    IMPORT = "import", _("Import")
    AUTOMATION = "automation", _("Automation")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class Limits:
    """The only values that a field can be given by hand as things are, and why."""

    values: frozenset[Any]
    reason: str


class UniqueValue(models.Model):
    """One value of a unique field, in the form in which values are compared, and the record that has it."""

    field = models.BigIntegerField()  # the number of ``metadata.UniqueField``
    form = models.TextField()
    record_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["field", "form"], name="unique_value"),
            models.UniqueConstraint(fields=["record_id", "field"], name="unique_value_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.form}"


class Record(models.Model):
    """The base of every object.

    ``created_at`` is the business date, which an import may bring; ``recorded_at`` is when this
    installation learned of the record. Deleting sets ``deleted_at``: the row stays for undo and
    history, and no door shows it. ``unscoped`` is the unguarded manager: only the engine rooms
    may use it, everyone else reads through ``find_records``.
    """

    owner = fields.UserField(verbose_name=_("Owner"), db_index=False)
    assignees = fields.UsersField(
        verbose_name=_("Assignees"),
        help_text=_("Those who work on it with the owner. They see it and may edit it."),
    )
    labels = fields.MultiChoiceField(verbose_name=_("Labels"), choice_list="label")
    created_at = fields.InstantField(verbose_name=_("Created"), null=False, bucketed=True)
    created_by = fields.UserField(verbose_name=_("Created by"), editable=False, db_index=False)
    updated_at = fields.InstantField(verbose_name=_("Updated"), null=False, editable=False)
    archived_at = fields.InstantField(verbose_name=_("Archived"))
    origin = fields.ChoiceField(
        verbose_name=_("Origin"), choices=Origin.choices, default=Origin.UI, max_length=20, editable=False
    )
    import_number = fields.IntegerField(verbose_name=_("Import number"), editable=False)
    external_id = fields.TextField(verbose_name=_("External id"), max_length=120)
    external_system = fields.TextField(verbose_name=_("External system"), max_length=60)
    recorded_at = fields.InstantField(verbose_name=_("Recorded"), null=False, editable=False)

    custom = CustomColumn()
    version = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    unscoped: ClassVar[models.Manager["Record"]] = models.Manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id", "external_system"],
                condition=~models.Q(external_id="") & models.Q(deleted_at__isnull=True),
                name="%(class)s_external_id",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "owner",
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at__isnull=True),
                name="%(class)s_owner_created",
            ),
            models.Index(
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at__isnull=True),
                name="%(class)s_created",
            ),
            # Small: few records have assignees, and what is asked for is the newest of somebody.
            models.Index(
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at__isnull=True, assignees__gt=""),
                name="%(class)s_assigned",
            ),
            *slot_indexes(),
        ]

    def derive(self, given: frozenset[str]) -> None:
        """Fill computed columns. ``given`` are the keys a person wrote just now. Must not query."""

    def limits(self, key: str) -> Limits | None:
        """Return what a field can be set to by hand now; None where it is free. Must not query."""
        return None

    def stand_in(self, word: str) -> None:
        """Write a word where the record's name comes from, which has none left."""
        self.name = word

    def check_rules(self) -> list[FieldError]:
        """Return what is wrong with this record by itself. Must not query."""
        return []
