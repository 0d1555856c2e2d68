"""The grants of sharing rules, brought in step with what their filters find now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from headwater.access import grants
from headwater.access.models import Grant, Level, SharingRule, Source
from headwater.lib.memo import shared
from headwater.metadata import reading, registry
from headwater.metadata.custom.conditions import parse_rule
from headwater.metadata.errors import FilterError, UnknownObject
from headwater.metadata.filters import Filter
from headwater.records.context import filter_context
from headwater.records.models import Record
from headwater.records.sharing_rules.reach import Reads, reads_of
from headwater.users.actor import SYSTEM


@dataclass(frozen=True, eq=False)
class Asked:
    """A rule that can be asked: the word that holds what it finds, its filter, and what that reads."""

    number: int
    object: str
    word: str
    filter: Filter
    reads: Reads

    @classmethod
    def of(cls, rule: SharingRule) -> "Asked | None":
        """Return a rule to be asked; None when its filter cannot be read any more."""
        try:
            parsed = parse_rule(rule.object, rule.filter)
        except (FilterError, UnknownObject):
            return None
        return cls(rule.pk, rule.object, grants.rule_holder(rule), parsed, reads_of(parsed))


@shared
def all_asked() -> tuple[Asked, ...]:
    """Return every rule that can be asked, those switched off among them: they may be in force at once."""
    return tuple(asked for rule in grants.rules() if (asked := Asked.of(rule)))


@shared
def asked_of(object_name: str) -> tuple[Asked, ...]:
    """Return the rules on one object."""
    return tuple(asked for asked in all_asked() if asked.object == object_name)


def matching(asked: Asked, records: Mapping[int, Record]) -> set[int]:
    """Return which of some stored records meet a rule's filter. Nobody is asking, so all fields count."""
    with reading.reading(None):
        context = filter_context(SYSTEM)
        if asked.reads.in_memory:
            return {pk for pk, record in records.items() if asked.filter.matches(record, context)}
        return _matching_stored(asked, records)


def _matching_stored(asked: Asked, numbers: Collection[int]) -> set[int]:
    with reading.reading(None):
        rows = registry.whole(asked.object).unscoped.filter(pk__in=list(numbers))
        found = rows.filter(asked.filter.to_q(filter_context(SYSTEM)))
        return set(found.order_by().values_list("pk", flat=True))


def correct(asked: Asked, numbers: Collection[int]) -> int:
    """Bring the grants of some records in step, inside a transaction; return how many were not.

    Only those are locked. Whoever writes one of the others meanwhile knows the rule and keeps it herself.
    """
    wrong = _matching_stored(asked, numbers) ^ _granted(asked, numbers)
    if not wrong:
        return 0
    locked = registry.whole(asked.object).unscoped.filter(pk__in=wrong).order_by("pk").select_for_update()
    born = dict(locked.values_list("pk", "created_at"))
    found, have = _matching_stored(asked, born), granted(asked.object, [asked.word], born)
    give = {(pk, asked.word) for pk in found} - have.keys()
    write(asked.object, give, [grant for (pk, _word), grant in have.items() if pk not in found], born)
    return len(wrong)


def _granted(asked: Asked, numbers: Collection[int]) -> set[int]:
    return {pk for pk, _word in granted(asked.object, [asked.word], numbers)}


def granted(object_name: str, words: Collection[str], numbers: Collection[int]) -> dict[tuple[int, str], int]:
    """Return which of some records rules hold: the grant for each record and word of a rule."""
    found = Grant.objects.filter(object=object_name, record_id__in=list(numbers), source=Source.RULE)
    rows = found.filter(holder__in=list(words)).values_list("record_id", "holder", "pk")
    return {(pk, word): grant for pk, word, grant in rows}


def write(
    object_name: str,
    give: Collection[tuple[int, str]],
    take: Collection[int],
    born: Mapping[int, datetime],
) -> None:
    """Give records to rules, by number and word, and take grants away."""
    # What a rule lets people do is said by the rule; its grants say nothing less.
    grants.write_all(
        [
            Grant(
                object=object_name,
                record_id=pk,
                holder=word,
                level=Level.EDIT,
                source=Source.RULE,
                created_at=born[pk],
            )
            for pk, word in sorted(give)
        ]
    )
    if take:
        Grant.objects.filter(pk__in=take).delete()
