"""Who may open what somebody made: grants to everybody, to teams, to users."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.records.errors import FieldError, Invalid
from headwater.reports.models import Audience, Share
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import Team, User

MOST_GRANTS = 200
"""More teams or users than this are a team of their own, or everybody."""


@dataclass(frozen=True)
class Readers:
    """Whom something is shared with, besides its owner: numbers of teams and users, in order."""

    everybody: bool = False
    teams: tuple[int, ...] = ()
    users: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.everybody or self.teams or self.users)

    def union(self, other: "Readers") -> "Readers":
        """Return the readers of both."""
        return Readers(
            self.everybody or other.everybody,
            tuple(sorted({*self.teams, *other.teams})),
            tuple(sorted({*self.users, *other.users})),
        )

    def to_json(self) -> dict[str, Any]:
        return {"everybody": self.everybody, "teams": list(self.teams), "users": list(self.users)}


@dataclass(frozen=True)
class Shared:
    """What a notice must say: ``kind`` is report or dashboard, ``users`` whom the grant reached anew."""

    kind: str
    pk: int
    name: str
    by: User | None
    users: tuple[User, ...]


Notifier = Callable[[Shared], None]
_notifiers: list[Notifier] = []


def on_share(notifier: Notifier) -> None:
    """Call ``notifier`` in the sharer's transaction whenever people are named as new readers.

    Rooms that can reach people (mail, notices) register when the app starts. Sharing with everybody
    tells nobody: it would be noise for all.
    """
    _notifiers.append(notifier)


def readable(actor: Actor, link: str) -> Q:
    """Return the condition on grants that reach the actor, ``link`` being how they are found."""
    found = Q(**{f"{link}audience": Audience.EVERYBODY}) | Q(**{f"{link}user": actor.user_id})
    team = actor.user.team_id if actor.user else None
    return found | Q(**{f"{link}team__in": teams.with_ancestors(team)}) if team else found


def readers_of(shares: Iterable[Share]) -> Readers:
    """Return whom grants name."""
    rows = list(shares)
    return Readers(
        any(row.audience == Audience.EVERYBODY for row in rows),
        tuple(sorted(row.team_id for row in rows if row.team_id)),
        tuple(sorted(row.user_id for row in rows if row.user_id)),
    )


def read_readers(data: object) -> Readers:
    """Read ``{"everybody": true, "teams": [1], "users": [2]}``. Raises Invalid for anything else."""
    if not isinstance(data, Mapping) or data.keys() - {"everybody", "teams", "users"}:
        text = _("Say whom to share with as an object of “everybody”, “teams” and “users”.")
        raise Invalid([FieldError("shared_with", "not_object", text)])
    everybody = data.get("everybody", False)
    if not isinstance(everybody, bool):
        raise Invalid([FieldError("shared_with.everybody", "not_boolean", _("Give true or false."))])
    people: dict[str, tuple[int, ...]] = {}
    for word, known in (("teams", Team.objects.all()), ("users", User.objects.filter(is_active=True))):
        people[word] = _numbers(word, data.get(word, ()), known)
    return Readers(everybody, people["teams"], people["users"])


def _numbers(word: str, given: object, known: models.QuerySet[Any]) -> tuple[int, ...]:
    at = f"shared_with.{word}"
    if not isinstance(given, (list, tuple)) or len(given) > MOST_GRANTS:
        raise Invalid([FieldError(at, "not_list", _("Give a list of at most %(n)d.") % {"n": MOST_GRANTS})])
    wanted = {
        number for number in given if isinstance(number, int) and not isinstance(number, bool) and number > 0
    }
    found = set(
        known.filter(pk__in=[number for number in wanted if number < 2**63]).values_list("pk", flat=True)
    )
    if len(wanted) < len(set(map(repr, given))) or wanted - found:
        text = {"teams": _("There is no such team."), "users": _("There is no such active user.")}
        raise Invalid([FieldError(at, "not_found", text[word])])
    return tuple(sorted(found))


def give(shares: Any, wanted: Readers) -> list[User]:
    """Make the grants of one thing name just the wanted readers; return the active users named anew.

    ``shares`` is the thing's manager of grants.
    """
    had = readers_of(shares.all())
    shares.exclude(_kept(wanted)).delete()
    rows: list[dict[str, Any]] = []
    if wanted.everybody and not had.everybody:
        rows.append({"audience": Audience.EVERYBODY})
    new_teams, new_users = set(wanted.teams) - set(had.teams), set(wanted.users) - set(had.users)
    rows += [{"audience": Audience.TEAM, "team_id": pk} for pk in sorted(new_teams)]
    rows += [{"audience": Audience.USER, "user_id": pk} for pk in sorted(new_users)]
    for row in rows:
        shares.create(**row, created_at=clock.now())
    below = {member for pk in new_teams for member in teams.with_descendants(pk)}
    reached = User.objects.filter(Q(pk__in=new_users) | Q(team__in=below), is_active=True)
    return list(reached.order_by("pk"))


def _kept(wanted: Readers) -> Q:
    found = Q(team__in=wanted.teams) | Q(user__in=wanted.users)
    return found | Q(audience=Audience.EVERYBODY) if wanted.everybody else found


def announce(shared: Shared) -> None:
    """Tell whoever sends notices."""
    if shared.users:
        for notifier in _notifiers:
            notifier(shared)
