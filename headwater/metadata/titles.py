"""Names of linked records, for sentences, labels and cells."""

from collections.abc import Iterable

from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.metadata.context import FilterContext


@shared
def _reference_titles(object_name: str) -> dict[int, str]:
    entry = registry.get(object_name)
    rows = entry.model._default_manager.values_list("pk", entry.title_key)
    return {pk: str(title) for pk, title in rows}


def titles_of(object_name: str, numbers: Iterable[int | None], context: FilterContext) -> dict[int, str]:
    """Return the titles of those records that the reader may see, by number. One query.

    Users, teams, pipelines and stages are open to everyone who signs in and change rarely: their
    names are read once per change.
    """
    entry = registry.get(object_name)
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    if not entry.is_record:
        known = _reference_titles(object_name)
        return {number: known[number] for number in wanted if number in known}
    rows = entry.unscoped.filter(context.visible(object_name, ""), pk__in=wanted)
    return {pk: str(title) for pk, title in rows.values_list("pk", entry.title_key)}
