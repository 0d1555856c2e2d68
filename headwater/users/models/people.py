"""Users, their teams and their roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.lib import calendars
from headwater.users.models.audited import Audited
from headwater.users.models.shared import Shared, SharedQuerySet


class Team(Shared, Audited):
    """A group of people; teams form a tree, and rights can reach "the team and below"."""

    audit_label = _("Team")

    name = models.CharField(_("Name"), max_length=120, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("Parent team"), null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(Shared, Audited):
    """A named set of rights; the rights themselves are rows of the access room."""

    audit_label = _("Role")

    class Reach(models.TextChoices):
        """Whom people of the role may assign records to, or mention."""

        TEAM = "team", _("People of the own team")
        TEAM_AND_BELOW = "team_and_below", _("People of the own team and teams below")
        ALL = "all", _("Everybody")

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(_("Name"), max_length=120)
    is_administrator = models.BooleanField(default=False)
    second_factor_required = models.BooleanField(_("Second factor required"), default=False)
    people_reach = models.CharField(
        _("Whom they may assign or mention"), max_length=20, choices=Reach.choices, default=Reach.ALL
    )
    makes_labels = models.BooleanField(_("May make new labels"), default=False)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.label


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> SharedQuerySet["User"]:
        return SharedQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail in any case, the way people type it at sign-in."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, Shared, Audited):
    """A person who signs in. Never deleted: deactivated users keep their place in history.

    Sessions belong to the password and ``session_number`` they began under: when either changes, they are
    over, whether or not anybody has a list of them.
    """

    audit_label = _("User")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Calendar(models.TextChoices):
        GREGORIAN = calendars.GREGORIAN, _("Common era (2026)")
        BUDDHIST = calendars.BUDDHIST, _("Buddhist era (2569)")

    email = models.EmailField(_("E-mail"), max_length=254, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=150)
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("Team"), null=True, blank=True, related_name="members"
    )
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("Role"), related_name="users")
    language = models.CharField(_("Language"), max_length=10, blank=True, default="")
    calendar = models.CharField(
        _("Years"), max_length=10, choices=Calendar.choices, default=Calendar.GREGORIAN
    )
    theme = models.CharField(_("Theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    shortcuts = models.BooleanField(_("Keys of one letter"), default=True)
    is_active = models.BooleanField(_("Active"), default=True)
    has_second_factor = models.BooleanField(_("Second factor"), default=False, editable=False)
    session_number = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        salt = "headwater.users.models.people.session"
        text = f"{self.session_number}:{self.password}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()
