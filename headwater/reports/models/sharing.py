"""Who else may open something that a person made: one row for each grant."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Team, User


class Audience(models.TextChoices):
    """Whom a grant reaches. A team reaches its members and those of the teams below."""

    EVERYBODY = "everybody", _("Everybody")
    TEAM = "team", _("Team")
    USER = "user", _("User")


class Share(Audited):
    """One grant. Models of it add a link to what is shared, with ``related_name="shares"``."""

    audience = models.CharField(max_length=20, choices=Audience.choices)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.audience} {self.team_id or self.user_id or ''}".strip()


def share_constraints(thing: str) -> list[models.BaseConstraint]:
    """Return what holds for every table of grants: one row per audience, naming just what it reaches."""
    names = {
        Audience.EVERYBODY: Q(team__isnull=True, user__isnull=True),
        Audience.TEAM: Q(team__isnull=False, user__isnull=True),
        Audience.USER: Q(team__isnull=True, user__isnull=False),
    }
    shape = Q()
    for audience, names_it in names.items():
        shape |= Q(audience=audience) & names_it
    once: list[models.BaseConstraint] = [
        models.UniqueConstraint(
            fields=[thing, *fields], condition=Q(audience=audience), name=f"{thing}_share_{audience.value}"
        )
        for audience, fields in (
            (Audience.EVERYBODY, []),
            (Audience.TEAM, ["team"]),
            (Audience.USER, ["user"]),
        )
    ]
    return [models.CheckConstraint(condition=shape, name=f"{thing}_share_shape"), *once]
