"""The records before and after one, in the order of a list."""

from collections.abc import Sequence

from headwater.metadata.filters import Filter
from headwater.records.find import FilterLike, as_filter, find_records
from headwater.records.models import Record
from headwater.records.ordering import SortKey, after_q, backwards, ordering_of, sort_keys
from headwater.users.actor import Actor


def neighbors(
    actor: Actor,
    object_name: str,
    record: Record,
    *,
    filter: FilterLike,
    sort: Sequence[str],
    search: str = "",
) -> tuple[int | None, int | None]:
    """Return the numbers of the records before and after, None at an end. At most two queries.

    Works for a record that the filter no longer holds: its place in the order is what counts.
    Raises FilterError.
    """
    keys = sort_keys(object_name, sort)
    parsed = as_filter(object_name, filter)
    following = _next_to(actor, object_name, record, parsed, keys, search)
    return _next_to(actor, object_name, record, parsed, backwards(keys), search), following


def _next_to(
    actor: Actor, object_name: str, record: Record, parsed: Filter, keys: Sequence[SortKey], search: str
) -> int | None:
    found = find_records(actor, object_name, parsed, search=search)
    found = found.filter(after_q(keys, [key.value_of(record) for key in keys]))
    return found.order_by(*ordering_of(keys)).values_list("pk", flat=True).first()
