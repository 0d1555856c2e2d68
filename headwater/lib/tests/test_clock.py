from datetime import UTC, datetime, timedelta

import pytest

from headwater.lib import clock

THEN = datetime(2020, 2, 29, 12, tzinfo=UTC)


def test_another_instant_holds_inside_the_block_only():
    with clock.pretend(THEN):
        assert clock.now() == THEN
        with clock.pretend(None):
            assert clock.now() == THEN
        with clock.pretend(THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN
    assert clock.now() > THEN + timedelta(days=365)


def test_an_error_ends_the_pretense():
    with pytest.raises(ValueError, match="stop"), clock.pretend(THEN):
        raise ValueError("stop")
    assert clock.now() != THEN
