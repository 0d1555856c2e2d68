"""Computing a column anew for every row, for migrations."""

from collections.abc import Callable, Mapping
from typing import Any

from headwater.lib.update import update_many

_BATCH = 2000


def refill(model: Any, columns: Mapping[str, str], compute: Callable[[Any], Any]) -> None:
    """Set each column of ``columns`` to what ``compute`` makes of the column it names, in every row."""
    last = 0
    while rows := list(model._base_manager.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        for row in rows:
            for column, source in columns.items():
                setattr(row, column, compute(getattr(row, source) or ""))
        update_many(rows, list(columns))
        last = rows[-1].pk
