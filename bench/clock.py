"""Timing two things in turn, so that a drifting machine slows both."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def in_turn(ours: Callable[[], object], reference: Callable[[], object], rounds: int) -> dict[str, Any]:
    """Return medians and 95th percentiles in milliseconds, and the median of the ratio pair by pair."""
    for _warmup in range(3):
        ours()
        reference()
    gc.collect()
    pairs = [(milliseconds(ours), milliseconds(reference)) for _round in range(rounds)]
    return {
        "ours": spread([pair[0] for pair in pairs]),
        "reference": spread([pair[1] for pair in pairs]),
        "ratio": round(statistics.median(mine / theirs for mine, theirs in pairs), 2),
    }


def spread(values: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
    }
