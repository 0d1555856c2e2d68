"""Why somebody sees a record, and what a person may do: the decision of ``visibility``, in words.

Nothing is decided here. Who is named is tested against ``visible_q`` for every kind of role.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.access import grants, rights
from headwater.access.fields import limits_of
from headwater.access.models import Action, Grant, Scope, SharingRule, Source
from headwater.access.visibility import asks_records, visible_q, visible_streams
from headwater.lib.collation import sort_key
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.metadata.reading import Keys
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import Role, Team, User

ON_RECORDS = (Action.SEE, Action.EDIT, Action.DELETE, Action.ASSIGN, Action.EXPORT, Action.BULK)
"""The actions that are asked about a record that is there."""


@dataclass(frozen=True)
class Viewer:
    """A user who sees a record, why she does, and what she may do with it."""

    user: User
    why: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Effective:
    """What a user may do with one object: how far each right reaches, how many records she sees, and
    which fields are kept from her, key and label. ``granted`` are the records among those seen
    that others own and that are shared with her, by hand or by a rule, or that she is assigned to;
    ``rules`` are the sharing rules that reach her beside what her role does.
    """

    entry: ObjectType
    scopes: dict[Action, Scope]
    hidden: dict[str, str]
    read_only: dict[str, str]
    seen: int
    granted: int
    rules: tuple[SharingRule, ...]


def viewers(object_name: str, pk: int, owner_id: int | None) -> list[Viewer]:
    """Return the users who sign in and see a record, by name. The caller has asked whether it may be told."""
    found, given = [], grants.of_record(object_name, pk)
    for user in User.objects.filter(is_active=True).select_related("role", "team"):
        mine = grants.counting(user, object_name, given)
        actions = tuple(a for a in ON_RECORDS if _reaches(Actor(user), object_name, pk, owner_id, a, mine))
        if Action.SEE in actions:
            found.append(Viewer(user, _why(user, object_name, owner_id, mine), actions))
    return sorted(found, key=lambda viewer: (sort_key(viewer.user.name), viewer.user.pk))


def _reaches(
    actor: Actor, object_name: str, pk: int, owner_id: int | None, action: Action, mine: Sequence[Grant]
) -> bool:
    owners = rights.owner_ids(actor, rights.scope(actor, object_name, action))
    if owners is None or not owners:
        return owners is None
    least = grants.level_for(actor, object_name, action)
    if least is not None and any(grant.level >= least for grant in mine):
        return True
    if not asks_records(object_name):
        return owner_id in owners
    rows = registry.whole(object_name).unscoped
    return rows.filter(visible_q(actor, object_name, action=action), pk=pk).exists()


def _why(user: User, object_name: str, owner_id: int | None, mine: Sequence[Grant]) -> str:
    actor = Actor(user)
    if user.role.is_administrator:
        return _("Administrators see everything")
    if user.pk == owner_id:
        return _("Owns the record")
    if any(grant.source == Source.ASSIGNEE for grant in mine) and _tells_assignees(object_name):
        return _("Is an assignee")
    reach = rights.scope(actor, object_name, Action.SEE)
    role = {"role": user.role.label}
    if reach == Scope.ALL:
        return _("The role %(role)s sees all of these records") % role
    owners = rights.owner_ids(actor, reach)
    if owners is not None and owner_id not in owners:
        return _granted(mine[0]) if mine else _("Sees a record that this one belongs to")
    own_team = user.team_id is not None and owner_id in teams.member_ids((user.team_id,))
    team = {"team": user.team.name if user.team else ""}
    if own_team:
        return _("The role %(role)s sees the own team: %(team)s") % (role | team)
    return _("The role %(role)s sees the teams below %(team)s") % (role | team)


def _tells_assignees(object_name: str) -> bool:
    """Say whether whoever asks has the field that assignees stand in."""
    return "assignees" in registry.get(object_name).fields


def _granted(grant: Grant) -> str:
    sort, number = grants.read_holder(grant.holder)
    if grant.source == Source.RULE:
        rule = next(rule for rule in grants.rules() if rule.pk == number)
        return _("The sharing rule “%(rule)s” says so") % {"rule": rule.name}
    if grant.source == Source.ASSIGNEE:
        return _("Was given the record to see")
    if sort == "team":
        return _("The record is shared with the team %(team)s") % {"team": Team.objects.get(pk=number).name}
    if sort == "role":
        return _("The record is shared with the role %(role)s") % {"role": Role.objects.get(pk=number).label}
    return _("The record is shared with this person")


def effective_access(user: User) -> list[Effective]:
    """Return what a user may do with each object, everything taken together."""
    actor, limits = Actor(user), limits_of(Actor(user))
    found = []
    for entry in registry.whole_objects():
        hidden = _labels(entry, limits.hidden) if limits else {}
        locked = _labels(entry, limits.locked) if limits else {}
        scopes = {action: Scope(rights.scope(actor, entry.name, action)) for action in Action}
        seen, granted = _count(actor, entry, scopes[Action.SEE]), _count_granted(actor, entry)
        ruled = () if scopes[Action.SEE] in (Scope.NONE, Scope.ALL) else grants.rules_of(user, entry.name)
        found.append(Effective(entry, scopes, hidden, locked, seen, granted, tuple(ruled)))
    return found


def _labels(entry: ObjectType, keys: Keys) -> dict[str, str]:
    kept = keys.get(entry.name, frozenset())
    return {key: str(field.label) for key, field in entry.fields.items() if key in kept}


def _count(actor: Actor, entry: ObjectType, reach: Scope) -> int:
    if reach == Scope.NONE:
        return 0
    return entry.unscoped.filter(visible_q(actor, entry.name)).count()


def _count_granted(actor: Actor, entry: ObjectType) -> int:
    streams = visible_streams(actor, entry.name)
    granted = streams.granted_q if streams else None
    if granted is None:
        return 0
    return entry.unscoped.filter(granted, deleted_at__isnull=True).count()


def reached_teams(user: User) -> list[Team]:
    """Return the teams that the scopes of teams mean for a user, her own first."""
    if user.team_id is None:
        return []
    below = Team.objects.filter(pk__in=teams.with_descendants(user.team_id))
    return sorted(below, key=lambda team: (team.pk != user.team_id, sort_key(team.name)))
