"""Names of linked records, for sentences, labels and cells."""

from collections.abc import Iterable

from headwater.metadata import registry
from headwater.metadata.context import FilterContext


def titles_of(object_name: str, numbers: Iterable[int | None], context: FilterContext) -> dict[int, str]:
    """Return the titles of those records that the reader may see, by number. One query."""
    entry = registry.get(object_name)
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    manager = entry.model._default_manager if not entry.is_record else entry.model.unscoped  # type: ignore[attr-defined]
    rows = manager.filter(context.visible(object_name, ""), pk__in=wanted)
    return {pk: str(title) for pk, title in rows.values_list("pk", entry.title_key)}
