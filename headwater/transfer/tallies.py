"""Counting what became of the rows, and why some failed."""

from collections.abc import Sequence
from typing import Any

from headwater.transfer.models import ImportRun
from headwater.transfer.reading import Reason

OUTCOMES = ("created", "updated", "unchanged", "failed")
MOST_CAUSES = 200
_SAMPLE_ROWS = 5


class Tally:
    """Counts and causes of a run so far. Causes that differ only by value are told apart, up to a limit."""

    def __init__(self, counts: dict[str, int], causes: list[dict[str, Any]]) -> None:
        self.counts = {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
        self._causes = {self._place(cause): dict(cause) for cause in causes}

    @classmethod
    def of(cls, run: ImportRun) -> "Tally":
        return cls(run.counts, run.causes)

    @staticmethod
    def _place(cause: dict[str, Any]) -> tuple[str, str, str]:
        return (cause["code"], cause["field"], cause["message"])

    def count(self, outcome: str) -> None:
        self.counts[outcome] += 1

    def fail(self, number: int, reasons: Sequence[Reason]) -> None:
        self.count("failed")
        for reason in reasons:
            self._add(number, reason)

    def _add(self, number: int, reason: Reason) -> None:
        cause = {
            "code": reason.code,
            "field": reason.field,
            "column": reason.column,
            "message": reason.message,
        }
        place = self._place(cause)
        if place not in self._causes and len(self._causes) >= MOST_CAUSES:
            cause["message"] = ""
            place = self._place(cause)
        found = self._causes.setdefault(place, cause | {"count": 0, "rows": []})
        found["count"] += 1
        if len(found["rows"]) < _SAMPLE_ROWS:
            found["rows"].append(number)

    @property
    def causes(self) -> list[dict[str, Any]]:
        """The causes as JSON, the commonest first: code, field, column, message, count, first rows."""
        return sorted(self._causes.values(), key=lambda cause: -cause["count"])
