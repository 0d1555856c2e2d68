"""Semantic measures: what a number means, said once, and how it is counted."""

from headwater.reports.measures.measure import EVERY_BASIS, Basis, CountsAs, Measure, MeasureKind
from headwater.reports.measures.registry import find_measure, measures_of, register_measure

__all__ = [
    "EVERY_BASIS",
    "Basis",
    "CountsAs",
    "Measure",
    "MeasureKind",
    "find_measure",
    "measures_of",
    "register_measure",
]
