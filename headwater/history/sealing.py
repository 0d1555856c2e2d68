"""Chaining history entries by their hashes, shortly after they were written.

Writers never wait for the chain: they only insert, in any order and in parallel, and the triggers
guard what they wrote. A job takes the new entries in the order of their numbers and seals them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from headwater.history.models import HistoryEntry, Seal
from headwater.lib import clock

BATCH = 500
WAITS = timedelta(days=1)
"""So long an entry may come after entries with higher numbers: far longer than a transaction lives."""
MOST_WAITING = 500

COLUMNS = (
    "id", "object", "record_id", "verb", "changes", "actor_id", "door", "change_set_id", "import_number",
    "cause", "address", "business_at", "recorded_at", "salt", "content",
)  # fmt: skip
_CHANGES, _CAUSE = COLUMNS.index("changes"), COLUMNS.index("cause")
_AS_IT_WAS = b"\x01"
_NUMBER_BYTES, _DIGEST_BYTES = 8, 32

Row = tuple[Any, ...]


def digest_of(row: Row) -> bytes:
    """Return the SHA-256 of an entry, given as the values of ``COLUMNS``.

    It is the same on both databases: instants in UTC, keys in order, no blanks. What an entry says
    (``changes``, ``cause``) is in it as a digest of its own (``content_of``), so that it can be taken out
    later. Entries of before there were salts have all of it in one digest.
    """
    *said, salt, content = row
    if content is not None and len(content) > _DIGEST_BYTES:
        return bytes(content).removeprefix(_AS_IT_WAS)
    if salt is None and content is None:
        return _hash(said)
    said[_CHANGES] = bytes(content or content_of(row)).hex()
    del said[_CAUSE]
    return _hash(said)


def content_of(row: Row) -> bytes:
    """Return what stands in an entry's digest for what it says.

    It says nothing of it to anybody once the salt is gone. Of an entry without a salt it is the digest
    itself, marked as such, and ties nothing else of the entry.
    """
    salt, content = row[-2:]
    if content is not None:
        return bytes(content)
    if salt is None:
        return _AS_IT_WAS + digest_of(row)
    return hashlib.sha256(bytes(salt) + said_digest(row)).digest()


def said_digest(row: Row) -> bytes:
    """Return the SHA-256 of what an entry says now."""
    return _hash([row[_CHANGES], row[_CAUSE]])


def _hash(said: Sequence[Any]) -> bytes:
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in said]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def pack(rows: Iterable[Row]) -> bytes:
    """Return number and digest of each entry, one after the other."""
    return b"".join(row[0].to_bytes(_NUMBER_BYTES, "big") + digest_of(row) for row in rows)


def unpack(digests: bytes) -> dict[int, bytes]:
    """Return digests by the number of their entry."""
    size = _NUMBER_BYTES + _DIGEST_BYTES
    return {
        int.from_bytes(digests[at : at + _NUMBER_BYTES], "big"): digests[at + _NUMBER_BYTES : at + size]
        for at in range(0, len(digests), size)
    }


def hash_of(seal: Seal) -> str:
    """Return what the hash of a seal must be."""
    head = [seal.pk, seal.previous, seal.sealed_at.astimezone(UTC).isoformat(), seal.through, seal.count]
    text = json.dumps([*head, seal.waiting], separators=(",", ":"))
    return hashlib.sha256(text.encode() + bytes(seal.digests)).hexdigest()


def latest() -> Seal | None:
    """Return the newest seal."""
    return Seal.objects.defer("digests").order_by("-pk").first()


def seal_entries() -> int:
    """Seal every entry that has none yet; return how many that were.

    Two sealers at once are harmless: the second fails on the number of the seal and changes nothing.
    """
    sealed = _seal_next(BATCH)
    total = sealed
    while sealed >= BATCH:
        sealed = _seal_next(BATCH)
        total += sealed
    return total


@transaction.atomic
def _seal_next(size: int) -> int:
    last, now = latest(), clock.now()
    through = last.through if last else 0
    waiting = last.waiting if last else []
    rows = late_entries(waiting)
    entries = HistoryEntry.objects.filter(pk__gt=through).order_by("pk")
    fresh: list[Row] = list(entries.values_list(*COLUMNS)[:size])
    if not rows and not fresh:
        return 0
    come = {row[0] for row in rows}
    gaps = [gap for gap in _without(waiting, come) if _instant(gap[2]) > now - WAITS]
    gaps += [[first, end, now.isoformat()] for first, end in _gaps(through, [row[0] for row in fresh])]
    rows += fresh
    seal = Seal(
        pk=last.pk + 1 if last else 1,
        sealed_at=now,
        through=fresh[-1][0] if fresh else through,
        count=len(rows),
        digests=pack(rows),
        waiting=gaps[-MOST_WAITING:],
        previous=last.hash if last else "",
    )
    seal.hash = hash_of(seal)
    seal.save(force_insert=True)
    return len(rows)


def late_entries(waiting: Sequence[list[Any]]) -> list[Row]:
    """Return the entries whose numbers had been reserved when later ones were sealed."""
    if not waiting:
        return []
    wanted = Q()
    for first, end, _since in waiting:
        wanted |= Q(pk__gte=first, pk__lte=end)
    return list(HistoryEntry.objects.filter(wanted).order_by("pk").values_list(*COLUMNS))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _gaps(through: int, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the ranges of numbers that are missing after ``through``; none before the very first entry."""
    found, expected = [], through + 1 if through else (numbers[0] if numbers else 1)
    for number in numbers:
        if number > expected:
            found.append((expected, number - 1))
        expected = number + 1
    return found


def _without(waiting: Sequence[list[Any]], come: set[int]) -> list[list[Any]]:
    """Return the ranges without the numbers that have come."""
    left: list[list[Any]] = []
    for first, end, since in waiting:
        begin = first
        for number in sorted(number for number in come if first <= number <= end):
            if number > begin:
                left.append([begin, number - 1, since])
            begin = number + 1
        if begin <= end:
            left.append([begin, end, since])
    return left
