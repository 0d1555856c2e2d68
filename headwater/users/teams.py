"""The tree of teams."""

from collections import defaultdict

from headwater.lib.memo import shared
from headwater.users.models import Team, User


@shared
def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        if parent is not None:
            children[parent].append(pk)
    return children


def with_descendants(team_id: int) -> list[int]:
    """Return the team and every team below it."""
    children, found, waiting = _children(), [], [team_id]
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.append(team)
            waiting.extend(children.get(team, ()))
    return sorted(found)


@shared
def member_ids(team_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Return the users of the teams, active or not: a leaver's records stay with his team."""
    return tuple(User.objects.filter(team_id__in=team_ids).order_by("pk").values_list("pk", flat=True))


def with_ancestors(team_id: int | None) -> list[int]:
    """Return the team and every team above it; nothing for nobody's team."""
    parents = _parents()
    found: list[int] = []
    while team_id is not None and team_id not in found:
        found.append(team_id)
        team_id = parents.get(team_id)
    return found


@shared
def _parents() -> dict[int, int | None]:
    return dict(Team.objects.values_list("pk", "parent_id"))
