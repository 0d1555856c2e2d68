"""Saved views, and what a person made of them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Shared, User


class Audience(models.TextChoices):
    """Who else may open a view. The team is the one its owner is in now, as with records."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("My team")
    EVERYBODY = "everybody", _("Everybody")


class SavedView(Shared, Audited):
    """A list under a name: filter, columns, order, groups. It holds no records and gives no rights."""

    audit_label = _("View")
    label_plural = _("Views")

    name = models.CharField(_("Name"), max_length=120)
    object = models.CharField(max_length=60)
    settings = models.JSONField(default=dict)
    audience = models.CharField(
        _("Who may open it"), max_length=20, choices=Audience.choices, default=Audience.PRIVATE
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="views")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [
            models.Index(fields=["object", "audience"], name="saved_view_audience"),
            models.Index(fields=["owner", "object"], name="saved_view_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class ListPreference(Shared):
    """What one person made of one list: pinned, opened first, with columns and widths of her own.

    ``view`` is None for the list without a view. ``columns`` and ``widths`` are what she dragged and
    did not save into the view; empty means as the view has them.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="list_preferences")
    object = models.CharField(max_length=60)
    view = models.ForeignKey(SavedView, models.CASCADE, null=True, blank=True, related_name="preferences")
    pinned_at = models.DateTimeField(null=True, blank=True)
    is_default = models.BooleanField(default=False)
    columns = models.JSONField(default=list)
    widths = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "object", "view"], name="list_preference_once"),
            models.UniqueConstraint(
                fields=["user", "object"],
                condition=models.Q(view__isnull=True),
                name="list_preference_plain_once",
            ),
            models.UniqueConstraint(
                fields=["user", "object"],
                condition=models.Q(is_default=True),
                name="list_preference_default_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.object} {self.view_id or ''}"
