"""Who has to prove twice who she is. What proves it is the business of the pages."""

from headwater.users import organization
from headwater.users.models import User


def is_required(user: User) -> bool:
    """Say whether the settings ask this person for a second factor."""
    return organization.current().second_factor_required or user.role.second_factor_required


def is_missing(user: User) -> bool:
    """Say whether this person has to set one up before anything else."""
    return not user.has_second_factor and is_required(user)
