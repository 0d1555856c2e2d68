"""Checking the chain of history from its first seal to its last."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from headwater.history.models import HistoryEntry, Seal, Verification
from headwater.history.redaction import Vouched, vouched_in
from headwater.history.sealing import COLUMNS, Row, digest_of, hash_of, said_digest, unpack
from headwater.history.services import ERASED
from headwater.lib import clock

CHANGED, MISSING, INSERTED, REDACTED = "changed", "missing", "inserted", "redacted"
SEAL_CHANGED, SEAL_MISSING, OTHER_HEAD = "seal_changed", "seal_missing", "other_head"


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold: which seal, and which entry where one is to blame."""

    problem: str
    seal: int | None = None
    entry: int | None = None


def verify(expected_head: str = "") -> Verification:
    """Check every sealed entry and every seal; keep and return what was found.

    ``expected_head`` is a hash that somebody noted earlier, outside this database: the chain must
    still contain it.
    """
    check = _Check(expected_head)
    broken = check.run()
    unsealed = HistoryEntry.objects.filter(pk__gt=check.through).count()
    return Verification.objects.create(
        at=clock.now(),
        seals=check.seals,
        entries=check.entries,
        unsealed=unsealed,
        redacted=len(check.redacted),
        head=check.head,
        problem=broken.problem if broken else "",
        seal=broken.seal if broken else None,
        entry=broken.entry if broken else None,
    )


def latest_verification() -> Verification | None:
    """Return what the last look at the chain found."""
    return Verification.objects.first()


class _Check:
    def __init__(self, expected_head: str) -> None:
        self.expected_head = expected_head.strip().lower()
        self.seals = self.entries = self.through = 0
        self.head = ""
        self.unexplained: set[int] = set()
        self.waiting: list[list[int]] = []
        self.redacted: dict[int, bytes] = {}
        self.vouched: Vouched = {}

    def run(self) -> Break | None:
        met = not self.expected_head
        for seal in Seal.objects.order_by("pk").iterator(chunk_size=20):
            if broken := self._link(seal) or self._content(seal):
                return broken
            self.seals, self.head, self.through = seal.pk, seal.hash, seal.through
            self.waiting = seal.waiting
            met = met or seal.hash == self.expected_head
        strange = [n for n in sorted(self.unexplained) if not self._may_come(n)]
        if strange:
            return Break(INSERTED, None, strange[0])
        if (entry := self._unvouched()) is not None:
            return Break(REDACTED, None, entry)
        return None if met else Break(OTHER_HEAD)

    def _link(self, seal: Seal) -> Break | None:
        if seal.pk != self.seals + 1:
            return Break(SEAL_MISSING, self.seals + 1)
        if seal.previous != self.head or seal.hash != hash_of(seal):
            return Break(SEAL_CHANGED, seal.pk)
        return None

    def _content(self, seal: Seal) -> Break | None:
        """Compare a seal with its entries: those after the last seal, and late ones from before."""
        digests = unpack(bytes(seal.digests))
        rows = list(_between(self.through, seal.through))
        late = [number for number in digests if number <= self.through]
        rows += list(_rows(HistoryEntry.objects.filter(pk__in=late))) if late else []
        found = {row[0]: row for row in rows}
        for number in sorted(digests):
            row = found.pop(number, None)
            if row is None:
                return Break(MISSING, seal.pk, number)
            if digest_of(row) != digests[number]:
                return Break(CHANGED, seal.pk, number)
            self.unexplained.discard(number)
            self._note(row)
        self.unexplained |= found.keys()
        self.entries += len(digests)
        return None

    def _note(self, row: Row) -> None:
        """Remember what erasures tell of, and which entries they have to vouch for."""
        fields = dict(zip(COLUMNS, row, strict=True))
        if fields["content"] is not None:
            self.redacted[row[0]] = said_digest(row)
        elif fields["verb"] == ERASED:
            self.vouched |= vouched_in(fields["changes"])

    def _unvouched(self) -> int | None:
        """Return the first entry without its data that no erasure in history has left as it is now."""
        recent = HistoryEntry.objects.filter(pk__gt=self.through, verb=ERASED, content__isnull=True)
        for changes in recent.order_by("pk").values_list("changes", flat=True):
            self.vouched |= vouched_in(changes)
        return next((n for n, said in sorted(self.redacted.items()) if self.vouched.get(n) != said), None)

    def _may_come(self, number: int) -> bool:
        """Say whether the next seal will take a number that the last one was still waiting for."""
        return any(first <= number <= end for first, end, _since in self.waiting)


def _rows(entries: QuerySet[HistoryEntry]) -> QuerySet[HistoryEntry, Row]:
    return entries.values_list(*COLUMNS)


def _between(after: int, through: int) -> Iterator[Row]:
    entries = HistoryEntry.objects.filter(pk__gt=after, pk__lte=through).order_by("pk")
    return _rows(entries).iterator(chunk_size=1000)
