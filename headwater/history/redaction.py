"""Taking personal data out of history and out of the log of disclosures, so that the chain still holds.

An entry keeps who did what, when and to which record; what it says is replaced. The digest in its
seal stays true, for it covers the data through a digest that remains (``sealing.content_of``). An
entry of the verb ``erased``, itself in the chain, lists every redacted entry with a digest of what it
says now: nothing can be taken out, or written instead, that history does not tell of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.history.models import Disclosure, HistoryEntry, Redaction
from headwater.history.sealing import COLUMNS, content_of, said_digest
from headwater.history.services import ERASED, Changes

Vouched = dict[int, bytes]
"""Digests of what redacted entries say now, by number."""
PREFIX = "erasure:"


def redact_entry(erasure: int, entry: HistoryEntry, changes: Changes, cause: str) -> bytes | None:
    """Replace what an entry says; return the digest of what it says now, None where it is the same."""
    if changes == entry.changes and cause == entry.cause:
        return None
    content = content_of(_row(entry))
    Redaction.objects.create(log=HistoryEntry._meta.db_table, number=entry.pk, erasure=erasure)
    found = HistoryEntry.objects.filter(pk=entry.pk)
    found.update(changes=changes, cause=cause, salt=None, content=content)
    entry.changes, entry.cause, entry.salt, entry.content = changes, cause, None, content
    return said_digest(_row(entry))


def redact_disclosure(erasure: int, disclosure: Disclosure, about: Mapping[str, Any]) -> None:
    """Replace what a disclosure was about; that it was, by whom and of how many records stays."""
    Redaction.objects.create(log=Disclosure._meta.db_table, number=disclosure.pk, erasure=erasure)
    Disclosure.objects.filter(pk=disclosure.pk).update(about=dict(about))


def vouching(erasure: int, entries: Mapping[int, bytes]) -> Changes:
    """Return what the entry of an erasure says of the entries it took data from."""
    listed = [[number, said.hex()] for number, said in sorted(entries.items())]
    return {f"{PREFIX}{erasure}": [None, {"entries": listed}]}


def vouched_in(changes: Mapping[str, Sequence[Any]]) -> Vouched:
    """Read what ``vouching`` wrote."""
    return {
        int(number): bytes.fromhex(said)
        for key, values in changes.items()
        if key.startswith(PREFIX)
        for number, said in values[1]["entries"]
    }


def redacted_by() -> Iterable[tuple[HistoryEntry, int]]:
    """Yield the entry of each erasure with the number of entries it took data from, oldest first."""
    for entry in HistoryEntry.objects.filter(verb=ERASED).select_related("actor").order_by("pk"):
        if found := vouched_in(entry.changes):
            yield entry, len(found)


def _row(entry: HistoryEntry) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in COLUMNS)
