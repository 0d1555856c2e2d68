"""The rights that roles give."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.users.models import Audited, Role, Shared, Team


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


class Level(models.IntegerChoices):
    """What a grant lets its holder do; each contains the one before."""

    SEE = 1, _("See")
    EDIT = 2, _("See and edit")


class Source(models.TextChoices):
    """Where a grant comes from."""

    SHARE = "share", _("Shared by hand")
    RULE = "rule", _("Sharing rule")
    ASSIGNEE = "assignee", _("Assignee")


class Grant(models.Model):
    """One record made visible to one holder, beside what roles reach by its owner.

    Materialised from what people decide: a share by hand names a user, a team or a role as the
    holder; what a sharing rule finds is held by the rule (``access.grants``); assignees hold what
    they are named in (``records.assigning``).
    ``created_at`` is the record's, so that a holder's newest are found without looking at all.
    """

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    holder = models.CharField(max_length=40)
    level = models.SmallIntegerField(choices=Level.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "record_id", "holder", "source"], name="grant_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["object", "holder", "-created_at", "-record_id"], name="grant_held"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.record_id} to {self.holder}"


class Holding(Shared):
    """That a holder has, or had, grants on an object: who has none is told without asking for grants."""

    object = models.CharField(max_length=60)
    holder = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object", "holder"], name="holding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.holder}"


class SharingRule(Shared, Audited):
    """Lets a team or a role see, or edit, all records of an object that meet a filter.

    ``generation`` changes with the filter: grants of an earlier one count no more. ``filled_at`` is
    when all records were last asked; None while that is still to come.
    """

    audit_label = _("Sharing rule")
    untold = Audited.untold | {"generation", "filled_at"}

    name = models.CharField(max_length=120)
    object = models.CharField(max_length=60)
    filter = models.JSONField()
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="+")
    level = models.SmallIntegerField(choices=Level.choices, default=Level.SEE)
    is_active = models.BooleanField(default=True)
    generation = models.PositiveIntegerField(default=1, editable=False)
    filled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=False, role__isnull=True)
                | models.Q(team__isnull=True, role__isnull=False),
                name="sharing_rule_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleWalk(models.Model):
    """A walk through all records of an object for one rule, under way or still to come.

    ``place`` is the last record that was asked, ``done`` how many were, of about ``total``.
    """

    rule = models.OneToOneField(SharingRule, models.CASCADE, related_name="walk")
    place = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.done} of {self.total}"
