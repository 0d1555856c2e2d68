"""Users and teams."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.access.explanation import effective_access, reached_teams
from headwater.access.models import Action
from headwater.lib.collation import in_order, sort_key
from headwater.users import administration, second_factor
from headwater.users.administration import save_team, update_user
from headwater.users.invitations import open_invitations
from headwater.users.models import Role, Team, User
from headwater.users.notices import notify_sign_in_changed
from headwater.users.services import create_user
from headwater.web.signin.second_factor import factors_of, remove_factors
from headwater.web.views.settings.forms import administrators_only, messages_of, number, posted

Errors = dict[str, str]


@require_safe
@administrators_only
def users(request: HttpRequest) -> HttpResponse:
    """List everyone who has or had an account."""
    found = User.objects.select_related("team", "role")
    people = sorted(found, key=lambda person: (not person.is_active, sort_key(person.name), person.pk))
    context = {
        "people": people,
        "invitations": open_invitations(),
        "needs_factor": second_factor.is_required,
    }
    return render(request, "settings/users.html", context)


def _save_user(request: HttpRequest, person: User | None) -> Errors:
    """Create or change a person from the form; return what is wrong."""
    values = posted(request, "name", "email", "role", "team")
    role = Role.objects.filter(pk=number(values["role"])).first()
    team = Team.objects.filter(pk=number(values["team"])).first()
    if role is None:
        return {"role": _("Choose a role.")}
    password = request.POST.get("password", "")
    try:
        if person is None:
            create_user(email=values["email"], name=values["name"], password=password, role=role, team=team)
        else:
            update_user(
                person,
                email=values["email"],
                name=values["name"],
                role=role,
                team=team,
                is_active=request.POST.get("is_active") == "true",
                password=password,
            )
    except ValidationError as problem:
        return messages_of(problem)
    return {}


@require_http_methods(["GET", "POST"])
@administrators_only
def user(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a person, or change one."""
    person = get_object_or_404(User, pk=pk) if pk else None
    errors: Errors = {}
    if request.method == "POST":
        errors = _save_user(request, person)
        if not errors:
            messages.success(request, _("Saved."))
            return redirect("users")
        values = posted(request, "name", "email", "role", "team") | {
            "is_active": request.POST.get("is_active")
        }
    elif person:
        values = {"name": person.name, "email": person.email, "role": str(person.role_id)}
        values |= {"team": str(person.team_id or ""), "is_active": "true" if person.is_active else None}
    else:
        values = {"is_active": "true"}
    context = {
        "person": person,
        "factors": factors_of(person) if person else None,
        "values": values,
        "errors": errors,
        "roles": list(Role.objects.values_list("pk", "label")),
        "teams": in_order(Team.objects.values_list("pk", "name")),
    }
    return render(request, "settings/user.html", context, status=422 if errors else 200)


@require_POST
@administrators_only
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person out in every browser."""
    person = get_object_or_404(User, pk=pk)
    administration.end_sessions(person)
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": person.name})
    return redirect("user", person.pk)


@require_POST
@administrators_only
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factors from a person who lost them; she is told by mail."""
    person = get_object_or_404(User, pk=pk)
    remove_factors(person)
    notify_sign_in_changed(person, "reset")
    text = _("%(person)s has no second factor any more and is signed out everywhere.")
    messages.success(request, text % {"person": person.name})
    return redirect("user", person.pk)


@require_safe
@administrators_only
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a person may do with each object, her role and team taken together."""
    person = get_object_or_404(User.objects.select_related("role", "team"), pk=pk)
    context = {
        "person": person,
        "actions": list(Action),
        "lines": effective_access(person),
        "teams": reached_teams(person),
    }
    return render(request, "settings/effective_access.html", context)


@require_safe
@administrators_only
def teams(request: HttpRequest) -> HttpResponse:
    """List the teams with their place in the tree."""
    found = Team.objects.select_related("parent").annotate(people=Count("members"))
    context = {"teams": sorted(found, key=lambda team: sort_key(team.name))}
    return render(request, "settings/teams.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a team, or rename and move one."""
    found = get_object_or_404(Team, pk=pk) if pk else None
    errors: Errors = {}
    values = {"name": found.name if found else "", "parent": str((found and found.parent_id) or "")}
    if request.method == "POST":
        values = posted(request, "name", "parent")
        parent = Team.objects.filter(pk=number(values["parent"])).first()
        try:
            save_team(found or Team(), name=values["name"], parent=parent)
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("teams")
    others = Team.objects.exclude(pk=pk or 0).values_list("pk", "name")
    context = {"team": found, "values": values, "errors": errors, "teams": in_order(others)}
    return render(request, "settings/team.html", context, status=422 if errors else 200)
