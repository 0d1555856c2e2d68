"""The collector is given back as it was, however many blocks of work overlap."""

import gc
from contextlib import ExitStack

from headwater.lib.memory import YOUNG_IN_BULK, settled_objects


def test_overlapping_blocks_leave_the_collector_as_the_first_found_it() -> None:
    before = gc.get_threshold()
    one, other = ExitStack(), ExitStack()
    one.enter_context(settled_objects())
    other.enter_context(settled_objects())
    assert gc.get_freeze_count()
    one.close()
    assert gc.get_threshold()[0] == YOUNG_IN_BULK
    other.close()
    assert gc.get_threshold() == before
    assert not gc.get_freeze_count()
