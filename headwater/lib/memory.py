"""Keeping the garbage collector out of the way of long work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled_objects() -> Iterator[None]:
    """Let the collector pass over everything that exists now, as long as the block lasts.

    A process that has loaded the whole product has some hundred thousand lasting objects; work that
    makes millions of short-lived ones would have them all examined again and again.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
