"""Who may add to choice lists while filling in a form, and adding without doubles."""

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access.errors import Forbidden
from headwater.access.rights import is_administrator
from headwater.metadata import choices
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption
from headwater.users.actor import Actor


def may_add_option(actor: Actor, list_name: str) -> bool:
    """Say whether the actor may add to a list: administrators to any, others to free ones by their role."""
    if is_administrator(actor):
        return True
    user = actor.user
    return user is not None and user.is_active and user.role.makes_labels and choices.is_free(list_name)


@transaction.atomic
def make_option(actor: Actor, list_name: str, label: str) -> ChoiceOption:
    """Return the option of a name, whatever its case and spaces, or add it; of a merged one the other.

    Raises Forbidden, and BadValue for a name that cannot be or that is no longer offered.
    """
    if not may_add_option(actor, list_name):
        raise Forbidden("create", "choice_option")
    found = choices.option_called(list_name, label)
    if found is None:
        return choices.add_option(list_name, label)
    found = found.merged_into or found
    if not found.active:
        message = _("“%(label)s” is no longer offered. An administrator can offer it again.")
        raise BadValue("not_offered", message % {"label": found.label})
    return found
