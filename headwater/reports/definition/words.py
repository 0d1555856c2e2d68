"""The words of a report definition."""

from typing import Final

from headwater.lib.periods import Unit

VERSION: Final = 1

KEYS: Final = (
    "v",
    "id",
    "name",
    "preset",
    "root",
    "measures",
    "rows",
    "columns",
    "period",
    "compare",
    "where",
    "having",
    "scope",
    "as_of",
    "currency",
    "sort",
    "limit",
    "chart",
    "table",
    "totals",
)
CONDITION: Final = ("field", "op", "value")
COMPARISONS: Final = (">=", ">", "<=", "<", "=", "!=")
"""How a condition on groups compares a measure with a number."""
MOST_CONDITIONS: Final = 10

SHIFTS: Final = ("period", *(unit.value for unit in Unit))
ALIGNMENTS: Final = ("same_elapsed", "whole")
FORMULAS: Final = ("share",)
DEFAULT_DAYS: Final = 30
"""The window of a rate that names none."""
MOST_DAYS: Final = 3_650
MOST_SHIFTS: Final = 100

CHARTS: Final = ("bar", "column", "line", "scorecard", "table")
TONES: Final = ("good", "warn", "bad")
TOTALS: Final = ("grand", "rows", "columns")

MOST_MEASURES: Final = 10
MOST_LEVELS: Final = 4
MOST_ROWS: Final = 10_000
DEFAULT_ROWS: Final = 1_000
MOST_TOP: Final = 500
MOST_TOP_NUMBERS: Final = 50
"""A group of numbers is one condition each, and a filter holds a hundred."""
