"""Options that an import added to choice lists, and taking them away again."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from headwater.metadata import registry
from headwater.metadata.models import ChoiceOption
from headwater.metadata.objects import Field


def holding(field: Field, key: str) -> Q:
    """Return the condition that a record holds an option, whatever it was merged into."""
    return Q(**{f"{field.attname}__contains": f"|{key}|"} if field.kind.many else {field.attname: key})


def remove_unused_options(added: Iterable[Sequence[str]]) -> None:
    """Delete the options, given as (list, key), that no living record has."""
    for list_name, key in added:
        if not _is_used(list_name, key):
            ChoiceOption.objects.filter(list=list_name, key=key).delete()


def _is_used(list_name: str, key: str) -> bool:
    for entry in registry.objects():
        uses = Q()
        for field in entry.fields.values():
            if field.choice_list == list_name:
                uses |= holding(field, key)
        records = entry.unscoped.filter(deleted_at__isnull=True)
        if uses and records.filter(uses).exists():
            return True
    return False
