"""The reading door."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from headwater.access import rights
from headwater.access.fields import reading_as
from headwater.access.models import Action
from headwater.access.visibility import Streams, visible_q, visible_streams
from headwater.metadata import reading, registry
from headwater.metadata.filters import Filter, parse_filter
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.context import filter_context
from headwater.records.errors import Forbidden, NotFound
from headwater.records.models import Record
from headwater.records.search import query as search_query
from headwater.users.actor import Actor

FilterLike = Filter | dict[str, Any] | None
EXISTS = Q(deleted_at__isnull=True)


def as_filter(object_name: str, given: FilterLike) -> Filter:
    """Return a parsed filter. Raises FilterError naming every wrong word.

    One that was parsed before is read again for a reader from whom fields are kept.
    """
    if isinstance(given, Filter):
        return given if reading.current() is None else parse_filter(object_name, given.to_json())
    return parse_filter(object_name, given)


def find_records(
    actor: Actor, object_name: str, filter: FilterLike = None, *, search: str = "", action: str = Action.SEE
) -> QuerySet[Record]:
    """Return the records on which the actor has the right to ``action``, filtered and searched.

    Raises Forbidden when she has that right on none, UnknownObject and FilterError for wrong words.
    """
    rights.require(actor, object_name, action)
    return _matching(actor, object_name, visible_q(actor, object_name, action=action), filter, search)


@dataclass(frozen=True)
class Split:
    """What ``find_records`` finds, in the parts that an actor sees: of owners, and what is granted of others.

    ``everybody`` are the filtered records of all people; only these methods and the merge may ask it.
    """

    everybody: QuerySet[Record]
    streams: Streams

    def parts(self) -> Iterator[QuerySet[Record]]:
        """Yield queries of which no two find the same record: each has an index to be read from."""
        yield self.everybody.filter(self.streams.owned_q)
        granted = self.streams.granted_q
        if granted is not None:
            yield self.everybody.filter(granted)


def find_split(
    actor: Actor,
    object_name: str,
    filter: FilterLike = None,
    *,
    search: str = "",
    asked_besides: FilterLike = None,
) -> Split | None:
    """Return what ``find_records`` finds, in parts; raises as it does.

    None where owners and grants do not decide: for those who see everything, and for objects that are
    visible through others. Whoever will narrow the parts by another filter says so in ``asked_besides``:
    fewer grants are looked at then.
    """
    rights.require(actor, object_name, Action.SEE)
    streams = visible_streams(actor, object_name)
    if streams is None:
        return None
    everybody = _matching(actor, object_name, EXISTS, filter, search)
    for asked in (filter, asked_besides):
        streams = _born(streams, actor, object_name, asked)
    return Split(everybody, streams)


def find_parts(
    actor: Actor,
    object_name: str,
    filter: FilterLike = None,
    *,
    search: str = "",
    asked_besides: FilterLike = None,
) -> list[QuerySet[Record]]:
    """Return what ``find_records`` finds as one query, or as several: for adding up what may be many records.

    Takes and raises what ``find_split`` does.
    """
    split = find_split(actor, object_name, filter, search=search, asked_besides=asked_besides)
    return [find_records(actor, object_name, filter, search=search)] if split is None else [*split.parts()]


def _born(streams: Streams, actor: Actor, object_name: str, filter: FilterLike) -> Streams:
    """Let a filter's own conditions on the creation of records choose the grants that are looked at."""
    if streams.held is None or filter is None:
        return streams
    with reading_as(actor):
        asked = as_filter(object_name, filter).demanded_of("created_at", filter_context(actor))
    return streams.asking(asked)


def find_existing(object_name: str) -> QuerySet[Record]:
    """Return everybody's records. Only the merge of parts may ask it: it adds the owners, or the grants."""
    found: QuerySet[Record] = _rows(object_name).filter(EXISTS)
    return found


def _rows(object_name: str) -> QuerySet[Any]:
    entry = registry.get(object_name)
    # Stages and other tables that records point to are open, and have no unguarded manager.
    return entry.unscoped if entry.is_record else entry.model._default_manager.all()


def _matching(
    actor: Actor, object_name: str, visible: Q, filter: FilterLike, search: str
) -> QuerySet[Record]:
    found: QuerySet[Record] = _rows(object_name).filter(visible)
    with reading_as(actor):
        parsed = as_filter(object_name, filter)
        if not parsed.is_empty:
            found = found.filter(parsed.to_q(filter_context(actor)))
        if search.strip():
            found = found.filter(search_query.matching(object_name, search))
    return found


def get_record(actor: Actor, object_name: str, pk: Any, action: str = Action.SEE) -> Record:
    """Return one record.

    Raises NotFound when there is none or the actor may not see it, and Forbidden when she sees
    it but lacks the right to ``action``.
    """
    return _reach(actor, object_name, pk, action, lock=False)


def lock_record(actor: Actor, object_name: str, pk: Any, action: str) -> Record:
    """Return one record as ``get_record`` does, locked until the transaction ends."""
    return _reach(actor, object_name, pk, action, lock=True)


def _reach(actor: Actor, object_name: str, pk: Any, action: str, *, lock: bool) -> Record:
    number = id_or_none(pk)
    if number is None or rights.scope(actor, object_name, Action.SEE) == "none":
        raise NotFound(object_name, pk)
    found = find_records(actor, object_name).filter(pk=number)
    allowed = found if action == Action.SEE else found.filter(visible_q(actor, object_name, action=action))
    # Not first(): it would order by seventy columns' worth of expressions, for one row.
    for record in (allowed.select_for_update(of=("self",)) if lock else allowed)[:1]:
        return record
    if action != Action.SEE and found.exists():
        raise Forbidden(action, object_name)
    raise NotFound(object_name, pk)


def may(actor: Actor, record: Record, action: str) -> bool:
    """Say whether the actor has a right on this very record."""
    entry = registry.of(record)
    if rights.scope(actor, entry.name, action) == "none":
        return False
    return find_records(actor, entry.name, action=action).filter(pk=record.pk).exists()
