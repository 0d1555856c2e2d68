"""Changing the options of an editable list."""

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.lib.text import fold
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption


@transaction.atomic
def change_option(
    list_name: str, pk: int, *, label: str, color: str, active: bool, move: int = 0
) -> ChoiceOption:
    """Rename, color, switch and move an option; its key stays, so records keep their value.

    ``move`` is -1 for one place up, 1 for one down. Raises LookupError for an option that is not
    in the list, and BadValue.
    """
    options = list(ChoiceOption.objects.select_for_update().filter(list=list_name))
    option = next((found for found in options if found.pk == pk), None)
    if option is None:
        raise LookupError(pk)
    label = " ".join(label.split())
    if not label or "|" in label or len(label) > 120:
        raise BadValue(
            "bad_label", _("An option needs a name of at most 120 characters, without the character |.")
        )
    same = next((each for each in options if each is not option and fold(each.label) == fold(label)), None)
    if same is not None:
        raise BadValue("duplicate", _("“%(label)s” is in the list already.") % {"label": same.label})
    if option.merged_into_id and active:
        raise BadValue("merged", _("“%(label)s” was merged already.") % {"label": option.label})
    option.label, option.color, option.active = label, color, active
    option.save(update_fields=["label", "color", "active"])
    if move:
        _move(options, options.index(option), move)
    return option


def _move(options: list[ChoiceOption], at: int, step: int) -> None:
    to = at + step
    if not 0 <= to < len(options):
        return
    options[at], options[to] = options[to], options[at]
    for position, option in enumerate(options, 1):
        option.position = position
    ChoiceOption.objects.bulk_update(options, ["position"])
