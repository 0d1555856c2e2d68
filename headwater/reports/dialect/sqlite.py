"""SQL as SQLite wants it.

Instants are stored as UTC texts (``2026-03-29 00:30:00``, with a fraction when there is one), so
they compare as they follow each other. SQLite knows no zones: the offset comes from a CASE over
the zone's transitions, written as a search tree, ten comparisons deep for three centuries.
"""

from functools import lru_cache

from headwater.reports.dialect.zones import Transition, transitions

_DAY = 86_400
# Moves 1900 above zero: integer division rounds toward zero, not down.
_SHIFT = 36_500


def day_of_date(sql: str) -> str:
    return f"CAST(julianday({sql}) - 2440587.5 AS INTEGER)"


def day_of_instant(sql: str, zone: str) -> str:
    offset = _offset_tree(zone).replace("?", sql)
    return f"((CAST(strftime('%%s', {sql}) AS INTEGER) + {offset} + {_SHIFT * _DAY}) / {_DAY} - {_SHIFT})"


def within(later: str, earlier: str, days: int) -> str:
    # The fraction of a second follows the nineteenth character and does not change with the days.
    moved = f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {earlier}, '+{days} days') || substr({earlier}, 20)"
    return f"({later} <= {moved})"


@lru_cache(maxsize=16)
def _offset_tree(zone: str) -> str:
    """Return the SQL of a zone's offset in seconds at the instant ``?``."""
    return _tree(transitions(zone))


def _tree(known: tuple[Transition, ...]) -> str:
    if len(known) == 1:
        return str(known[0].offset)
    middle = len(known) // 2
    at = known[middle].at.strftime("%Y-%m-%d %H:%M:%S")
    return f"CASE WHEN ? < '{at}' THEN {_tree(known[:middle])} ELSE {_tree(known[middle:])} END"
