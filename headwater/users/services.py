"""Changes to people and to the organization."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.users.firstrun import run_claims
from headwater.users.models import Organization, Role, Team, User


class AlreadyClaimed(Exception):
    """The installation has an owner; the first-run page is closed for good."""


def is_claimed() -> bool:
    """Say whether somebody owns this installation yet."""
    return User.objects.exists()


def _clean_person(email: str, name: str, password: str | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    try:
        validate_email(email.strip())
    except ValidationError as problem:
        errors["email"] = problem.messages
    if not name.strip():
        errors["name"] = [_("Write the person's name.")]
    try:
        if password is not None:
            validate_password(password, User(email=email.strip().lower(), name=name))
    except ValidationError as problem:
        errors["password"] = problem.messages
    return errors


@transaction.atomic
def create_owner(*, email: str, name: str, password: str, organization: dict[str, Any]) -> User:
    """Claim a new installation: make its organization and its first administrator.

    Raises AlreadyClaimed when somebody was faster (the organization's row can be made once),
    and ValidationError with messages per field.
    """
    if is_claimed():
        raise AlreadyClaimed
    errors = _clean_person(email, name, password)
    if errors:
        raise ValidationError(errors)
    try:
        claimed = Organization(pk=1, **organization)
        claimed.save(force_insert=True)
    except IntegrityError as clash:
        raise AlreadyClaimed from clash
    role = Role.objects.get(key="administrator")
    user = User(email=email, name=name.strip(), role=role)
    user.set_password(password)
    user.save()
    with translation.override(claimed.language):
        run_claims(user)
    return user


@transaction.atomic
def create_user(*, email: str, name: str, password: str | None, role: Role, team: Team | None) -> User:
    """Add a person; without a password she cannot sign in until one is set.

    Raises ValidationError with messages per field.
    """
    errors = _clean_person(email, name, password)
    if User.objects.filter(email=email.strip().lower()).exists():
        errors["email"] = [_("A user with this e-mail exists already.")]
    if errors:
        raise ValidationError(errors)
    user = User(email=email, name=name.strip(), role=role, team=team)
    user.set_password(password)
    user.save()
    return user


def update_organization(**values: Any) -> Organization:
    """Change the organization's settings. Raises ValidationError with messages per field."""
    organization, _made = Organization.objects.get_or_create(pk=1)
    zone = organization.zone
    for key, value in values.items():
        setattr(organization, key, value)
    # Until they are computed again, nobody may rely on the days that records store.
    organization.days_stale = organization.days_stale or organization.zone != zone
    organization.full_clean()
    organization.save()
    return organization


def update_limits(*, most_reports: int | None, own_fields_in_reports: bool) -> Organization:
    """Set what people may make; None and True are no limits, and what there is stays.

    Raises ValidationError with messages per field.
    """
    return update_organization(most_reports=most_reports, own_fields_in_reports=own_fields_in_reports)
