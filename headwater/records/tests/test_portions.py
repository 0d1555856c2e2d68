"""Rows written in portions, as PostgreSQL gets them, become what they become all at once."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.lib import sending
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.records.bulk import RowWrite, write_records
from headwater.records.find import find_records
from headwater.users.actor import SYSTEM

pytestmark = pytest.mark.django_db

ROWS = st.lists(
    st.fixed_dictionaries(
        {"first_name": st.sampled_from(["Anna", "Jānis", "", "สมชาย"])},
        optional={
            "external_id": st.sampled_from(["1", "2", "3", ""]),
            "email": st.sampled_from(["a@example.test", "nobody"]),
            "code": st.sampled_from(["A", "a ", "B", ""]),
        },
    ),
    max_size=9,
)


class _Undone(Exception):
    """Takes an example's rows back."""


def become(rows: Sequence[dict[str, Any]], code: str, *, dry_run: bool) -> tuple[Any, ...]:
    """Write rows; return their outcomes, the records, their histories and what a search finds."""
    found: tuple[Any, ...] = ()
    writes = [RowWrite({code if key == "code" else key: row[key] for key in row}) for row in rows]
    try:
        with transaction.atomic():
            results = write_records(SYSTEM, "contact", writes, dry_run=dry_run)
            judged = [(each.outcome, each.errors, [*each.changes]) for each in results]
            made = [each.record_id for each in results if each.record_id]
            entries = HistoryEntry.objects.filter(object="contact", record_id__in=made).order_by("id")
            contacts: Any = find_records(SYSTEM, "contact").order_by("pk")
            found = (
                judged,
                made == sorted(made),
                [(each.first_name, each.external_id, each.email) for each in contacts],
                [(made.index(entry.record_id), entry.verb) for entry in entries],
                [
                    find_records(SYSTEM, "contact", search=word).count()
                    for word in ("anna", "สมชาย", "example")
                ],
            )
            raise _Undone
    except _Undone:
        return found


@given(rows=ROWS, size=st.integers(1, 4), dry_run=st.booleans())
@settings(max_examples=40)
def test_the_size_of_portions_makes_no_difference(
    code: str, rows: Sequence[dict[str, Any]], size: int, dry_run: bool
) -> None:
    whole = become(rows, code, dry_run=dry_run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "PORTION", size)
        assert become(rows, code, dry_run=dry_run) == whole


@pytest.fixture
def code() -> str:
    """Return the key of a custom field of contacts in which no two may have the same."""
    field = Definition(label="Code", kind="text", is_unique=True)
    key = add_field("contact", field).key
    run_until_idle()
    return key
