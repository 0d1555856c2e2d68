"""Sharing rules at every write: of a record itself at once, of what it hangs on soon after.

Registered with the writing doors, so that whoever writes keeps the rules. What a filter asks of other records
or of settings is looked at again by a job, after the write is committed (ADR 25).
"""

import json
from collections import defaultdict
from collections.abc import Sequence

from headwater.access.grants import rules
from headwater.access.models import SharingRule
from headwater.history.services import CREATED, DELETED, RESTORED, UPDATED
from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.metadata.models import ChoiceOption, CustomField
from headwater.records.effects import Write
from headwater.records.models import Record
from headwater.records.sharing_rules import truth
from headwater.records.sharing_rules.reach import Link, touched
from headwater.records.sharing_rules.truth import Asked
from headwater.records.sharing_rules.walks import begin_anew, walk_again
from headwater.users.actor import Actor
from headwater.users.models.audited import Note

_CALENDAR = frozenset({"zone", "week_start", "fiscal_month", "fiscal_day"})


def records_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Keep the grants of rules true for records that were just written."""
    if truth.all_asked():
        name = registry.of(writes[0].record).name
        _keep_own(name, writes)
        _tell_others(name, writes)


def _keep_own(name: str, writes: Sequence[Write]) -> None:
    """Grant written records to the rules that find them now, and no others. Asks nothing of rules that read
    nothing of what was changed, nor of the database where a rule reads only the record itself.
    """
    records: dict[int, Record] = {write.record.pk: write.record for write in writes}
    asked_of = {a: {w.record.pk for w in writes if _concerns(a, w)} for a in truth.asked_of(name)}
    concerned = {asked: numbers for asked, numbers in asked_of.items() if numbers}
    if not concerned:
        return
    found = {
        (pk, asked.word)
        for asked, numbers in concerned.items()
        for pk in truth.matching(asked, {number: records[number] for number in numbers})
    }
    old = {write.record.pk for write in writes if write.verb != CREATED}
    have = truth.granted(name, [asked.word for asked in concerned], old) if old else {}
    asked_about = {(pk, asked.word) for asked, numbers in concerned.items() for pk in numbers}
    take = [grant for place, grant in have.items() if place in asked_about and place not in found]
    truth.write(name, found - have.keys(), take, {pk: r.created_at for pk, r in records.items()})


def _concerns(asked: Asked, write: Write) -> bool:
    """Say whether a write can change what a rule answers for the record itself."""
    if write.verb in (CREATED, RESTORED):
        return True
    own = asked.reads.own
    return write.verb != DELETED and ("updated_at" in own or not own.isdisjoint(write.changes))


@shared
def _links_to(name: str) -> tuple[Link, ...]:
    return tuple(link for asked in truth.all_asked() for link in asked.reads.links if link.object == name)


def _tell_others(name: str, writes: Sequence[Write]) -> None:
    """Let the records that rules judge by those just written be judged again, once this is committed."""
    numbers: set[int] = set()
    left: dict[str, set[int]] = defaultdict(set)
    for link in _links_to(name):
        for write in writes:
            if touched(link, write.verb, write.changes):
                numbers.add(write.record.pk)
                before = write.changes.get(link.via, [None])[0]
                if isinstance(before, int):
                    left[link.via].add(before)
    if numbers:
        from headwater.records.jobs import follow_links

        follow_links.enqueue(name, sorted(numbers), {via: sorted(pks) for via, pks in left.items()})


def settings_changed(notes: Sequence[Note]) -> None:
    """Let rules that read what was changed in settings (the team of a user, say) ask all records again."""
    read = {(note.name, key) for note in notes for key in note.changes}
    zone = any(("organization", key) in read for key in _CALENDAR)
    for asked in truth.all_asked():
        if not asked.reads.tables.isdisjoint(read) or (zone and asked.reads.by_zone):
            walk_again(asked.number)
    for note in notes:
        if note.name == "choice_option" and note.record_id:
            _option_changed(note)


def _option_changed(note: Note) -> None:
    """Begin rules anew that name an option which is back, and let those walk that name a merged one."""
    if note.verb == CREATED and "key" in note.changes:
        _begin_those_naming(note.changes["key"][1])
    elif note.verb == UPDATED and "merged_into" in note.changes:
        key = ChoiceOption.objects.get(pk=note.record_id).key
        for rule in _naming(key):  # its filter means another option from now on
            walk_again(rule.pk)


def field_is_back(row: CustomField) -> None:
    """Begin rules anew that name a field which was switched off."""
    _begin_those_naming(row.key)


def _begin_those_naming(word: str) -> None:
    """Begin rules anew that could not be read while a word of theirs was unknown: nobody kept them true."""
    for rule in _naming(word):
        begin_anew(rule)


def _naming(word: str) -> list[SharingRule]:
    """Return the rules in whose filters a word occurs."""
    return [rule for rule in rules() if json.dumps(word) in json.dumps(rule.filter)]
