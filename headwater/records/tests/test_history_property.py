"""Any record, rebuilt from its history, is what it was at every recorded instant."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.customers.seeds import seed as seed_customers
from headwater.customers.services import add_contact, contacts_of, unlink_contact
from headwater.history.asof import rebuild
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.objects import Field, ObjectType
from headwater.pipeline.conversion import make_opportunity
from headwater.pipeline.models import Pipeline, Stage
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.models import Record
from headwater.records.values import snapshot
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import MINIMAL, actor_of, make_contact, make_customer, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["Ūdensroze", "สมชาย ใจดี", "សុខ សុភា", "Ελλάδα", "a b", "x" * 60, "Ça va?", "1 + 1"])

TEXTS: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "long_text": WORDS,
    "email": st.sampled_from(["a@example.com", "B.c@Example.lv"]),
    "phone": st.sampled_from(["29 123 456", "+66 2 123 4567", "๐๒ ๑๒๓ ๔๕๖๗", "no number"]),
    "url": st.sampled_from(["example.com", "https://ūdens.lv/a?b=c"]),
    "integer": st.integers(-5, 10**6),
    "decimal": st.decimals(-100, 10**6, places=2),
    "money": st.decimals(0, 10**9, places=2),
    "boolean": st.booleans(),
    "date": st.dates(datetime(2000, 1, 1).date(), datetime(2100, 1, 1).date()),  # noqa: DTZ001
    "instant": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
}


Known = dict[str, list[int]]
"""Records that links may lead to, by object."""


def values_of(field: Field, known: Known) -> st.SearchStrategy[Any] | None:
    """Return values that a person may give a field; None where a test must not choose."""
    kind = field.kind.name
    if kind in ("choice", "multi_choice"):
        keys = [choice.key for choice in field.choices()][:12]
        if not keys:
            return None
        if kind == "choice":
            return st.sampled_from(keys)
        return st.lists(st.sampled_from(keys), unique=True, max_size=3)
    if kind in ("user", "relation"):
        return st.sampled_from(known[field.target or "user"])
    if kind == "relations":
        return st.lists(st.sampled_from(known[field.target or "user"]), unique=True, max_size=3)
    return TEXTS.get(kind)


def changes_of(entry: ObjectType, known: Known) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for found in entry.editable_fields():
        strategy = values_of(found, known)
        if strategy is not None:
            fields[found.key] = strategy if found.required else st.one_of(strategy, st.none())
    return st.fixed_dictionaries({}, optional=fields)


def state_of(entry: ObjectType, pk: int) -> dict[str, Any] | None:
    """Return what is stored: every field in JSON form, empty ones left out; None for a deleted record."""
    record: Record = entry.unscoped.get(pk=pk)
    if record.deleted_at is not None:
        return None
    known = snapshot(entry, record) | {"updated_at": record.updated_at}
    return {key: value for key, value in known.items() if value not in (None, "", [])}


class Witness:
    """Acts on one record at ever later instants and remembers how it looked after each."""

    def __init__(self, actor: Actor, entry: ObjectType) -> None:
        self.actor, self.entry = actor, entry
        self.at = START
        self.seen: list[tuple[datetime, dict[str, Any] | None]] = []
        given = MINIMAL[entry.name]()
        if entry.name == "opportunity":
            given["lead"] = make_lead(actor).pk
        self.pk = 0
        self.do(lambda: setattr(self, "pk", create_record(actor, entry.name, given).pk))

    def do(self, act: Callable[[], Any]) -> None:
        self.at += timedelta(minutes=1)
        # What is refused must change nothing, which the next comparison proves.
        with time_machine.travel(self.at, tick=False), suppress(Invalid):
            act()
        self.seen.append((self.at, state_of(self.entry, self.pk)))

    @property
    def exists(self) -> bool:
        return self.seen[-1][1] is not None

    def update(self, values: dict[str, Any], in_bulk: bool) -> None:
        if not self.exists:
            return
        if in_bulk:
            self.do(lambda: write_records(self.actor, self.entry.name, [RowWrite(values, self.pk)]))
        else:
            self.do(lambda: update_record(self.actor, self.entry.name, self.pk, values))

    def delete_or_restore(self) -> None:
        act = delete_record if self.exists else restore_record
        self.do(lambda: act(self.actor, self.entry.name, self.pk))

    def surround(self) -> None:
        """Let things happen around the record: a person of it, and for a lead an opportunity."""
        if not self.exists or self.entry.name not in ("lead", "customer"):
            return
        people = contacts_of(self.actor, self.entry.name, self.pk)
        if len(people) > 1:
            self.do(lambda: unlink_contact(self.actor, self.entry.name, self.pk, people[0].pk))
        else:
            self.do(lambda: add_contact(self.actor, self.entry.name, self.pk, {"first_name": "Ilze"}))
        if self.entry.name == "lead":
            self.do(lambda: make_opportunity(self.actor, self.pk, {"title": "Deal"}))

    def check(self) -> None:
        for at, state in self.seen:
            known = rebuild(self.entry.name, self.pk, at)
            if known is not None:
                known = {k: v for k, v in known.items() if ":" not in k and v not in (None, "", [])}
            assert known == state
        assert rebuild(self.entry.name, self.pk, START) is None


@pytest.fixture
def options(administrator):
    seed_customers(administrator)
    seed_pipeline(administrator)


@pytest.fixture
def known(administrator, seller_north, options) -> Known:
    """What links may lead to, and on every object fields of one's own with one and several links."""
    for entry in registry.objects():
        for kind in ("relation", "relations"):
            add_field(entry.name, Definition(kind=kind, label=f"Own {kind}", target="contact"))
    return {
        "user": [administrator.pk, seller_north.pk],
        "lead": [make_lead(administrator).pk for _number in range(2)],
        "customer": [make_customer(administrator, name=name).pk for name in ("One", "Two")],
        "contact": [make_contact(administrator).pk for _number in range(3)],
        "pipeline": list(Pipeline.objects.values_list("pk", flat=True)),
        "stage": list(Stage.objects.values_list("pk", flat=True)),
    }


@pytest.mark.parametrize("name", [entry.name for entry in registry.objects()])
@given(data=st.data())
@settings(max_examples=25)
def test_history_rebuilds_every_record_at_every_recorded_instant(administrator, known, name, data):
    entry = registry.get(name)
    witness = Witness(actor_of(administrator), entry)
    changes = changes_of(entry, known)
    for _step in range(data.draw(st.integers(1, 6))):
        step = data.draw(
            st.sampled_from(["update", "update", "update", "bulk", "delete_or_restore", "surround"])
        )
        if step in ("update", "bulk"):
            witness.update(data.draw(changes), in_bulk=step == "bulk")
        else:
            getattr(witness, step)()
    witness.check()


def test_nobody_else_s_history_is_mixed_in(administrator):
    one, two = make_customer(administrator, name="One"), make_customer(administrator, name="Two")
    known = rebuild("customer", one.pk, datetime.now(UTC))
    assert known is not None
    assert (known["name"], rebuild("lead", two.pk, datetime.now(UTC))) == ("One", None)
