"""What administrators change about people and teams."""

from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext as _

from headwater.users import teams, tokens
from headwater.users.models import Organization, Role, Team, User


def _clean(person: User, email: str, name: str, password: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        errors["email"] = problem.messages
    if User.objects.filter(email=address).exclude(pk=person.pk).exists():
        errors["email"] = [_("A user with this e-mail exists already.")]
    if not name.strip() or len(name) > 150:
        errors["name"] = [_("Write the person's name, with at most 150 characters.")]
    if password:
        try:
            # not the person: an administrator shall not find out that she guessed the present one
            validate_password(password, User(email=address, name=name))
        except ValidationError as problem:
            errors["password"] = problem.messages
    return errors


def _leaves_nobody(person: User, role: Role, is_active: bool) -> bool:
    """Say whether nobody could open these settings any more."""
    if role.is_administrator and is_active:
        return False
    others = User.objects.filter(is_active=True, role__is_administrator=True).exclude(pk=person.pk)
    return not others.exists()


def leaves_nobody(person: User) -> bool:
    """Say whether nobody could open these settings any more if the person were switched off."""
    return _leaves_nobody(person, person.role, False)


@transaction.atomic
def update_user(
    person: User, *, email: str, name: str, role: Role, team: Team | None, is_active: bool, password: str = ""
) -> User:
    """Change a person; a password, when given, replaces the old one and ends the person's sessions.

    Who is switched off loses sessions and tokens for good: switching on again does not bring them back.
    Raises ValidationError with messages per field.
    """
    errors = _clean(person, email, name, password)
    if _leaves_nobody(person, role, is_active):
        errors["role"] = [_("Somebody must stay an active administrator.")]
    if errors:
        raise ValidationError(errors)
    person.email, person.name = email, name.strip()
    person.role, person.team, person.is_active = role, team, is_active
    if password:
        person.set_password(password)
    person.save()
    if not is_active:
        deactivate(User.objects.filter(pk=person.pk))
        person.refresh_from_db()
    return person


@transaction.atomic
def deactivate(people: QuerySet[User]) -> None:
    """Switch people off: from their next request on nobody is them, neither in a browser nor by a token."""
    tokens.revoke_tokens(people)
    people.update(is_active=False, session_number=F("session_number") + 1)


@transaction.atomic
def require_second_factor(*, everybody: bool, roles: Collection[int]) -> None:
    """Say who needs a second factor: everybody, or the people of these roles."""
    organization, _made = Organization.objects.get_or_create(pk=1)
    organization.second_factor_required = everybody
    organization.save(update_fields=["second_factor_required"])
    Role.objects.update(second_factor_required=Case(When(pk__in=roles, then=True), default=False))


def allow_tokens_without_end(allowed: bool) -> None:
    """Say whether API tokens may last longer than a year, or for ever."""
    organization, _made = Organization.objects.get_or_create(pk=1)
    organization.tokens_without_end = allowed
    organization.save(update_fields=["tokens_without_end"])


def end_sessions(person: User) -> None:
    """Sign a person out in every browser; tokens of programs stay."""
    User.objects.filter(pk=person.pk).update(session_number=F("session_number") + 1)
    person.refresh_from_db(fields=["session_number"])


def _check_team(team: Team, name: str, parent: Team | None) -> None:
    errors = {}
    if not name or len(name) > 120:
        errors["name"] = [_("Write a name, with at most 120 characters.")]
    elif Team.objects.filter(name=name).exclude(pk=team.pk).exists():
        errors["name"] = [_("There is a team of this name already.")]
    if parent and team.pk and parent.pk in teams.with_descendants(team.pk):
        errors["parent"] = [_("A team cannot lie below itself.")]
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def save_team(team: Team, *, name: str, parent: Team | None) -> Team:
    """Save a new team, or rename and move one. Raises ValidationError with messages per field."""
    name = " ".join(name.split())
    _check_team(team, name, parent)
    team.name, team.parent = name, parent
    team.save()
    return team
