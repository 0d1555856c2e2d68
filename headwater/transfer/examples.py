"""What a rehearsal shows of the rows that fit."""

from typing import Any

from headwater.records.bulk import RowResult
from headwater.transfer.columns.names import NewOptions

MOST = 5


class Examples:
    """The first rows of each outcome, how often each field would change, and the options to be added.

    Stored as JSON with the rehearsal: ``examples`` maps created, updated and unchanged to
    ``{"row", "record_id", "changes"}``, ``differences`` field keys to numbers of records,
    ``new_options`` lists ``[list, key, label]``.
    """

    def __init__(self, stored: dict[str, Any]) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = stored.get("examples", {})
        self.differences: dict[str, int] = stored.get("differences", {})
        self.new_options: list[list[str]] = stored.get("new_options", [])

    def take(self, number: int, result: RowResult) -> None:
        """Note one row that fits."""
        shown = self.rows.setdefault(result.outcome, [])
        if len(shown) < MOST:
            shown.append({"row": number, "record_id": result.record_id, "changes": result.changes})
        if result.outcome == "updated":
            for key in result.changes:
                self.differences[key] = self.differences.get(key, 0) + 1

    def take_options(self, new: NewOptions) -> None:
        """Note the options that rows so far would add."""
        self.new_options = [
            [name, choice.key, str(choice.label)] for name, found in new.choices().items() for choice in found
        ]

    def as_json(self) -> dict[str, Any]:
        return {"examples": self.rows, "differences": self.differences, "new_options": self.new_options}
