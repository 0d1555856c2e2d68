"""The rights that roles give."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.users.models import Audited, Role, Shared


class Scope(models.TextChoices):
    """How far a right reaches, by the owner of the record; each contains the one before."""

    NONE = "none", _("None")
    OWN = "own", _("Own")
    TEAM = "team", _("Own team")
    TEAM_AND_BELOW = "team_and_below", _("Own team and teams below")
    ALL = "all", _("All")


class Action(models.TextChoices):
    """What can be done with the records of an object."""

    SEE = "see", _("See")
    CREATE = "create", _("Create")
    EDIT = "edit", _("Edit")
    DELETE = "delete", _("Delete")
    EXPORT = "export", pgettext_lazy("verb", "Export")
    IMPORT = "import", pgettext_lazy("verb", "Import")
    BULK = "bulk", _("Change many at once")
    ASSIGN = "assign", _("Give to others")
    ERASE = "erase", _("Erase personal data")


ANY_OBJECT = "*"


class RoleRight(Shared, Audited):
    """One right of a role: on one object, or on every object that has no row of its own."""

    audit_label = _("Right of a role")

    role = models.ForeignKey(Role, models.CASCADE, related_name="rights")
    object = models.CharField(max_length=60, default=ANY_OBJECT)
    action = models.CharField(max_length=20, choices=Action.choices)
    scope = models.CharField(max_length=20, choices=Scope.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "object", "action"], name="role_right_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.object} {self.action}: {self.scope}"


class FieldAccess(models.TextChoices):
    """What a role may do less with one field than with its record."""

    READ_ONLY = "read_only", _("Read only")
    HIDDEN = "hidden", _("Hidden")


class RoleFieldRight(Shared, Audited):
    """A field that the people of a role do not have, or may not change; no row keeps nothing back."""

    audit_label = _("Right of a role")

    role = models.ForeignKey(Role, models.CASCADE, related_name="field_rights")
    object = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    access = models.CharField(max_length=20, choices=FieldAccess.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "object", "field"], name="role_field_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.object}.{self.field}: {self.access}"
