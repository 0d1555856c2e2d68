"""The links of contacts and addresses to the records that use them.

Among the living links of a record one is primary. Links change only inside ``write_links``,
which settles that and writes the history of the record.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from headwater.customers.models import AddressLink, ContactLink
from headwater.history.services import Changes
from headwater.records.facts import Fact, lock_records, write_facts_of_many
from headwater.records.models import Record
from headwater.users.actor import Actor

Link = ContactLink | AddressLink
LinkModel = type[ContactLink] | type[AddressLink]


def links_of(model: LinkModel, object_name: str, pks: Collection[int]) -> list[Any]:
    """Return the links of some records, primary first, with what they link to. Asks for no rights."""
    target = model.target
    return list(
        model.objects.filter(object=object_name, record_id__in=pks)
        .select_related(target)
        .order_by("-is_primary", "pk")
    )


def write_links(
    actor: Actor,
    model: LinkModel,
    object_name: str,
    pks: Collection[int],
    change: Callable[[], Any],
    *,
    verb: str,
    cause: str = "",
    at: Mapping[int, datetime] | None = None,
) -> list[Any]:
    """Run a change of the links of some records; returns the links these have then.

    Must run inside a transaction. The records are locked first, so that two people never make
    two links primary. ``at`` says by record when it is recorded, if not now.
    """
    records = lock_records(object_name, pks)
    before = _states(model, links_of(model, object_name, pks))
    change()
    links = links_of(model, object_name, pks)
    primaries = _settle(model, links)
    after = _states(model, links)
    facts = []
    for pk, record in records.items():
        values: dict[str, Any] = {}
        if model is ContactLink and hasattr(record, "primary_contact_id"):
            values["primary_contact_id"] = primaries.get(pk)
        around = _difference(before[pk], after[pk])
        instant = at.get(pk) if at else None
        facts.append(Fact(record, values, around=around, verb=verb, cause=cause, at=instant))
    write_facts_of_many(actor, object_name, facts)
    return links


def make_primary(model: LinkModel, link: Any) -> None:
    """Let one link be the primary one of its record; for use inside ``write_links``."""
    others = model.objects.filter(object=link.object, record_id=link.record_id, is_primary=True)
    others.exclude(pk=link.pk).update(is_primary=False)
    model.objects.filter(pk=link.pk).update(is_primary=True)


def _states(model: LinkModel, links: Iterable[Any]) -> dict[int, dict[str, Any]]:
    states: dict[int, dict[str, Any]] = defaultdict(dict)
    for link in links:
        states[link.record_id][f"{model.target}:{link.pk}"] = link.as_json()
    return states


def _difference(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    keys = [*after, *(key for key in before if key not in after)]
    return {key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)}


def _settle(model: LinkModel, links: Iterable[Any]) -> dict[int, int]:
    """Keep exactly one primary among the living links of each record; return what it links to."""
    by_record: dict[int, list[Any]] = defaultdict(list)
    for link in links:
        by_record[link.record_id].append(link)
    primaries: dict[int, int] = {}
    lost: list[Any] = []
    gained: list[Any] = []
    for pk, own in by_record.items():
        first = next((link for link in own if link.is_living), None)
        lost += [link for link in own if link.is_primary and link is not first]
        if first is not None:
            primaries[pk] = first.target_id
            gained += [] if first.is_primary else [first]
    # Those that lose it first, because the database allows one primary contact at a time.
    _flag(model, lost, False)
    _flag(model, gained, True)
    return primaries


def _flag(model: LinkModel, links: list[Any], value: bool) -> None:
    if links:
        model.objects.filter(pk__in=[link.pk for link in links]).update(is_primary=value)
    for link in links:
        link.is_primary = value


def settle_after(actor: Actor, model: LinkModel, targets: Iterable[Record], *, verb: str) -> None:
    """Settle the records that use some contacts or addresses which were deleted or restored."""
    numbers = [target.pk for target in targets]
    used: dict[str, set[int]] = defaultdict(set)
    rows = model.objects.filter(**{f"{model.target}__in": numbers}).values_list("object", "record_id")
    for object_name, record_id in rows:
        used[object_name].add(record_id)
    for object_name, pks in sorted(used.items()):
        write_links(actor, model, object_name, pks, lambda: None, verb=verb)
