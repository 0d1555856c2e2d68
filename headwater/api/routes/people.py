"""Users and teams: everybody reads them, administrators change them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.access import rights
from headwater.api.answers import answer
from headwater.api.auth import ADMINISTERING, BY_RIGHTS, Caller, caller_of
from headwater.api.problems import wrong
from headwater.api.representation import record_json
from headwater.api.routes import references
from headwater.api.schemas import settings as schemas
from headwater.api.schemas.common import Page
from headwater.metadata import registry
from headwater.users import administration, services
from headwater.users.models import Role, Team, User

router = Router(tags=["Settings"])


@router.get("/me", response=schemas.Me, auth=BY_RIGHTS)
def read_me(request: HttpRequest) -> HttpResponse:
    """Say who you are and how far your key reaches."""
    caller = caller_of(request)
    more: dict[str, Any] = {"language": caller.user.language, "theme": caller.user.theme}
    more |= {"scope": caller.scope, "scopes": caller.scopes}
    return answer(user_json(caller, caller.user) | {"role": caller.user.role.key} | more)


@router.get("/users", response=Page[schemas.User], auth=BY_RIGHTS)
def list_users(request: HttpRequest, query: Query[schemas.ReferenceQuery]) -> HttpResponse:
    """List the people who sign in."""
    return references.list_references(request, "users", query)


@router.get("/users/{int:id}", response=schemas.User, auth=BY_RIGHTS)
def get_user(request: HttpRequest, id: int) -> HttpResponse:
    """Read one person. Administrators see the role too."""
    return answer(user_json(caller_of(request), references.get_row(registry.get("user"), id)))


@router.post("/users", response={201: schemas.User}, auth=ADMINISTERING)
def create_user(request: HttpRequest, given: schemas.NewUser) -> HttpResponse:
    """Add a person who signs in with a password. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    user = services.create_user(
        email=given.email,
        name=given.name,
        password=given.password,
        role=role_by_key(given.role),
        team=team_by_number("team", given.team),
    )
    return answer(user_json(caller, user), status=201, headers={"Location": f"/api/v1/users/{user.pk}"})


@router.patch("/users/{int:id}", response=schemas.User, auth=ADMINISTERING)
def update_user(request: HttpRequest, id: int, given: schemas.UserChange) -> HttpResponse:
    """Change a person; ``is_active`` false ends every access at once. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    user: User = references.get_row(registry.get("user"), id)
    values = given.dict(exclude_unset=True)
    changed = administration.update_user(
        user,
        email=values.get("email", user.email),
        name=values.get("name", user.name),
        role=role_by_key(values["role"]) if "role" in values else user.role,
        team=team_by_number("team", values["team"]) if "team" in values else user.team,
        is_active=values.get("is_active", user.is_active),
        password=values.get("password", ""),
    )
    return answer(user_json(caller, changed))


def user_json(caller: Caller, user: User) -> dict[str, Any]:
    """Return a person; the role is for administrators."""
    found = record_json(registry.get("user"), user)
    return found | {"role": user.role.key} if rights.is_administrator(caller.actor) else found


def role_by_key(key: str, field: str = "role") -> Role:
    """Take a role by its key; ``field`` is named if there is none."""
    role = Role.objects.filter(key=key).first()
    if role is None:
        known = ", ".join(Role.objects.values_list("key", flat=True))
        raise wrong(field, "unknown_role", _("Choose one of the roles: %(known)s.") % {"known": known})
    return role


def team_by_number(field: str, number: int | None) -> Team | None:
    """Take a team by its number; ``field`` is named if there is none."""
    if number is None:
        return None
    team = Team.objects.filter(pk=number).first() if 0 < number <= references.LARGEST else None
    if team is None:
        raise wrong(field, "not_found", _("There is no such team."))
    return team


@router.get("/teams", response=Page[schemas.Team], auth=BY_RIGHTS)
def list_teams(request: HttpRequest, query: Query[schemas.ReferenceQuery]) -> HttpResponse:
    """List the teams."""
    return references.list_references(request, "teams", query)


@router.get("/teams/{int:id}", response=schemas.Team, auth=BY_RIGHTS)
def get_team(request: HttpRequest, id: int) -> HttpResponse:
    """Read one team."""
    return answer(record_json(registry.get("team"), references.get_row(registry.get("team"), id)))


@router.post("/teams", response={201: schemas.Team}, auth=ADMINISTERING)
def create_team(request: HttpRequest, given: schemas.NewTeam) -> HttpResponse:
    """Add a team. For administrators."""
    caller_of(request).require_administrator()
    team = administration.save_team(Team(), name=given.name, parent=team_by_number("parent", given.parent))
    location = {"Location": f"/api/v1/teams/{team.pk}"}
    return answer(record_json(registry.get("team"), team), status=201, headers=location)


@router.patch("/teams/{int:id}", response=schemas.Team, auth=ADMINISTERING)
def update_team(request: HttpRequest, id: int, given: schemas.TeamChange) -> HttpResponse:
    """Rename a team, or move it below another. For administrators."""
    caller_of(request).require_administrator()
    team: Team = references.get_row(registry.get("team"), id)
    values = given.dict(exclude_unset=True)
    parent = team_by_number("parent", values["parent"]) if "parent" in values else team.parent
    administration.save_team(team, name=values.get("name", team.name), parent=parent)
    return answer(record_json(registry.get("team"), team))
