"""Keeping the garbage collector out of the way of work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

YOUNG_OBJECTS = 10_000
"""New objects between two collections of the youngest; a page of fifty rows makes about as many."""
YOUNG_IN_BULK = 200_000
"""The same while thousands of rows are written: a chunk of a few thousand makes about as many."""

_lock = Lock()
_blocks = 0
_thresholds = gc.get_threshold()


@contextmanager
def settled_objects() -> Iterator[None]:
    """Let the collector pass over everything that exists now, as long as the block lasts.

    A process that has loaded the whole product has some hundred thousand lasting objects; work that
    makes millions of short-lived ones would have them all examined again and again. Nearly all of those
    die with their last reference, so new ones are looked at less often, too. The collector is the whole
    process's: of blocks in several threads the first settles, and the last ends it.
    """
    global _blocks, _thresholds
    with _lock:
        _blocks += 1
        if _blocks == 1:
            _thresholds = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(YOUNG_IN_BULK)
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if not _blocks:
                gc.set_threshold(*_thresholds)
                gc.unfreeze()


def settle() -> None:
    """Let the collector pass over everything that exists now, for the rest of the process.

    For a server that has loaded the product and is about to answer: a request's objects should not
    make it examine every module, model and template again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
