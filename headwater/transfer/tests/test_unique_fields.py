"""Imports and unique fields: what clashes is told before, and a unique field finds the records to update."""

from typing import Any

import pytest

from headwater.jobs.services import run_until_idle
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.transfer.tests.helpers import counts, csv_of, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> str:
    key = add_field("lead", Definition(label="Code", is_unique=True)).key
    run_until_idle()
    return key


def causes(made: Any) -> dict[str, list[int]]:
    return {cause["code"]: cause["rows"] for cause in made.causes}


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_clashes_is_told_by_cause(administrator, code, dry_run):
    make_lead(administrator, **{code: "old"})
    lines = ["A,new", "B,OLD", "C,", "D,NEW", "E,", "F,other"]
    content = csv_of("First name,Code", *lines)
    made = run(administrator, "lead", content, dry_run=dry_run, mode="create", match=[])
    assert made.counts == counts(created=4, failed=2)
    assert causes(made) == {"taken": [3], "duplicate_in_file": [5]}
    assert Lead.unscoped.count() == (1 if dry_run else 5)


def test_a_unique_field_finds_the_records_to_update(administrator, code):
    old = make_lead(administrator, first_name="Old", **{code: "Ķ-1"})
    content = csv_of("Code,First name", "ķ-1,Changed", "k-2,Made")
    made = run(administrator, "lead", content, mode="upsert", match=[code])
    assert made.counts == counts(created=1, updated=1)
    old.refresh_from_db()
    assert old.first_name == "Changed"
    assert old.custom[code] == "Ķ-1"
