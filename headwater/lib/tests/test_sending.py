"""Rows sent ahead: what follows sees them, and what is wrong with them is said; PostgreSQL alone does it."""

from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from headwater.lib.insert import insert_values
from headwater.lib.sending import PORTION, portions, sender, sending_ahead
from headwater.records.models import SearchRow
from headwater.testing.two_writers import only_postgresql
from headwater.users.models import Team

pytestmark = [pytest.mark.django_db, only_postgresql]

LONG = "  word" * 300
"""Thousands of these are more than the buffers between the two processes take."""


def write(count: int, *, first: int = 1, object_name: str = "lead", text: str = "  one  ") -> None:
    rows = [(object_name, number, text) for number in range(first, first + count)]
    insert_values(SearchRow, ("object", "record_id", "text"), rows)


def write_and_fail(**row: Any) -> None:
    write(1, **row)
    raise LookupError


def under_way() -> bool:
    """Say whether the server is still busy with what was sent."""
    status = connection.connection.info.transaction_status
    return bool(status == status.ACTIVE)


def test_nothing_is_asked_until_the_next_statement_which_sees_the_rows():
    with sending_ahead():
        write(10)
        assert under_way()
        assert SearchRow.objects.count() == 10
        assert not under_way()
        write(5, first=11)
        write(5, first=16)
    assert not under_way()
    assert SearchRow.objects.count() == 20


def test_more_than_the_buffers_take_arrives():
    with sending_ahead():
        write(6_000, text=LONG)
        write(6_000, first=6_001, text=LONG)
    assert SearchRow.objects.filter(text=LONG).count() == 12_000


def test_the_next_statement_says_what_is_wrong_with_a_row():
    def work() -> None:
        write(1)
        Team.objects.create(name="Never made")

    write(1)
    with pytest.raises(IntegrityError), transaction.atomic(), sending_ahead():
        work()
    assert not Team.objects.exists()
    assert SearchRow.objects.count() == 1


def test_the_end_of_the_block_says_what_is_wrong_with_a_row():
    with pytest.raises(DataError), transaction.atomic(), sending_ahead():
        write(1, object_name="x" * 500)
    assert SearchRow.objects.count() == 0


def test_a_savepoint_takes_back_what_was_sent_in_it():
    with sending_ahead():
        write(1)
        with pytest.raises(LookupError), transaction.atomic():
            write_and_fail(first=2)
        write(1, first=3)
    assert list(SearchRow.objects.order_by("record_id").values_list("record_id", flat=True)) == [1, 3]


def test_an_error_of_ours_leaves_a_connection_that_can_be_used():
    with pytest.raises(LookupError), transaction.atomic(), sending_ahead():
        write_and_fail(object_name="x" * 500)
    assert SearchRow.objects.count() == 0
    assert sender() is None


def test_a_value_that_cannot_be_written_ends_the_copy():
    with pytest.raises(DataError, match="NUL"), transaction.atomic(), sending_ahead():
        write(1, text="\x00")
    assert SearchRow.objects.count() == 0


def test_blocks_within_a_block_change_nothing():
    with sending_ahead():
        outer = sender()
        with sending_ahead():
            assert sender() is outer
            write(1)
        assert under_way()
    assert not under_way()


def test_rows_are_taken_in_portions_only_where_they_are_sent_ahead():
    rows = range(2 * PORTION + 1)
    assert [len(part) for part in portions(rows)] == [len(rows)]
    assert list(portions([])) == []
    with sending_ahead():
        assert [len(part) for part in portions(rows)] == [PORTION, PORTION, 1]
