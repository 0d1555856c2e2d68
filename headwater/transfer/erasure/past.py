"""Taking a person out of what happened: history, and the log of disclosures."""

from collections.abc import Mapping
from typing import Any

from headwater.history.models import Disclosure, HistoryEntry
from headwater.history.redaction import redact_disclosure, redact_entry
from headwater.history.services import Changes
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import Field
from headwater.transfer.erasure.plan import Words
from headwater.transfer.erasure.sweep import containing

Finals = Mapping[str, Any]
"""What the erased fields of a record are now, in JSON form."""


def redact_record(
    erasure: int, object_name: str, record_id: int, finals: Finals, words: Words
) -> dict[int, bytes]:
    """Let every entry of a record say of the erased fields what they are now, if it says anything of them.

    So the record as of any earlier instant is without them too. Returns the digests by entry.
    """
    entries = HistoryEntry.objects.filter(object=object_name, record_id=record_id).order_by("pk")
    redacted: dict[int, bytes] = {}
    for entry in list(entries):
        changes = {
            key: [_neutral(value, finals[key]) for value in values] if key in finals else values
            for key, values in entry.changes.items()
        }
        _redact(erasure, entry, changes, words, redacted)
    return redacted


def redact_elsewhere(erasure: int, words: Words) -> dict[int, bytes]:
    """Take the words out of all other entries; return the digests by entry."""
    columns = [f for f in HistoryEntry._meta.concrete_fields if f.name in ("changes", "cause")]
    redacted: dict[int, bytes] = {}
    for entry in list(containing(HistoryEntry.objects.order_by("pk"), columns, words)):
        _redact(erasure, entry, entry.changes, words, redacted)
    return redacted


def redact_disclosures(erasure: int, words: Words) -> int:
    """Take the words out of what disclosures were about; return how many had them."""
    about = [f for f in Disclosure._meta.concrete_fields if f.name == "about"]
    found = 0
    for row in list(containing(Disclosure.objects.order_by("pk"), about, words)):
        if (masked := words.mask(row.about)) != row.about:
            redact_disclosure(erasure, row, masked)
            found += 1
    return found


def _redact(
    erasure: int, entry: HistoryEntry, changes: Changes, words: Words, redacted: dict[int, bytes]
) -> None:
    fields = _fields(entry.object)
    masked = {
        key: [words.mask_field(fields.get(key), value) for value in values] for key, values in changes.items()
    }
    if said := redact_entry(erasure, entry, masked, words.mask(entry.cause)):
        redacted[entry.pk] = said


def _fields(object_name: str) -> Mapping[str, Field]:
    try:
        return registry.whole(object_name).fields
    except UnknownObject:
        return {}


def _neutral(value: Any, final: Any) -> Any:
    return value if value in (None, "", []) else final
