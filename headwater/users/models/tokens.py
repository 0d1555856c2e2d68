"""Keys for outside programs."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.lib import clock
from headwater.users.models.audited import Audited
from headwater.users.models.people import User


class ApiToken(Audited):
    """A bearer token of one user. Only its hash is kept: the token itself is shown once.

    ``objects_only`` maps names of objects to ``read`` or ``write``; where it is not empty, the token reaches
    records of these and nothing else, and ``scope`` is the larger of the two words. ``told_at`` is when
    its owner was told that it ends soon.
    """

    audit_label = _("API token")
    untold: ClassVar[set[str]] = Audited.untold | {"last_used_from", "told_at"}

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")
        ADMIN = "admin", _("Everything the user may do")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Name"), max_length=120)
    prefix = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("Scope"), max_length=10, choices=Scope.choices, default=Scope.WRITE)
    objects_only = models.JSONField(_("Scope by object"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, default="", blank=True)
    expires_at = models.DateTimeField(_("Expires at"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=models.Q(revoked_at__isnull=True), name="token_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()
