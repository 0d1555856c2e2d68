"""Reports as of an earlier instant say what they said then."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.access.models import Action
from headwater.customers.models import Customer
from headwater.lib.memo import unit_of_work
from headwater.pipeline.conversion import make_customer, make_opportunity
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.values import snapshot
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.reports.definition import DefinitionError
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.reports.tests.conftest import NOW, Company
from headwater.reports.tests.test_oracle import thrown_away
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

BY_SOURCE: dict[str, Any] = {
    "root": "lead",
    "measures": ["lead.conversion_rate", "lead.count"],
    "rows": ["source"],
    "period": {"range": {"rel": "this", "unit": "year"}},
}


def figures(actor: Actor, definition: dict[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """Return what a run says, without what differs from run to run."""
    asked = definition if at is None else {**definition, "as_of": at.isoformat()}
    found = run(actor, asked).to_json()
    return {
        key: found[key] for key in ("rows", "totals", "bounds", "period", "open", "excluded", "truncated")
    }


def test_a_later_edit_deletion_and_conversion_do_not_change_the_earlier_answer(company, frozen):
    reader = company.all_seeing
    leads = [make_lead(SYSTEM, first_name=f"N{n}", source="web_form") for n in range(4)]
    then = figures(reader, BY_SOURCE)
    at = NOW
    frozen.shift(timedelta(days=1))
    update_record(reader, "lead", leads[0].pk, {"source": "fair", "created_at": "2025-01-01"})
    delete_record(reader, "lead", leads[1].pk)
    make_opportunity(reader, leads[2].pk, {"title": "Deal"})
    make_lead(SYSTEM, first_name="New", source="web_form")
    assert figures(reader, BY_SOURCE) != then
    assert figures(reader, BY_SOURCE, at) == then
