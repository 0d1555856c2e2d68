"""The status and conversion of a lead through any life, against the rules written down a second time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.pipeline import conversion, services
from headwater.pipeline.errors import AlreadyMade
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import LeadStatus
from headwater.records.find import get_record
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Thing:
    """An opportunity or customer made from the lead, as the oracle remembers it."""

    pk: int
    at: datetime
    state: str = "open"
    exists: bool = True


@dataclass
class Oracle:
    manual: str = "lead"
    given: datetime | None = None
    opportunities: list[Thing] = field(default_factory=list)
    customers: list[Thing] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.manual == "do_not_contact":
            return "do_not_contact"
        if any(c.exists for c in self.customers):
            return "converted"
        if any(o.exists and o.state != "lost" for o in self.opportunities):
            return "opportunity"
        return self.manual

    @property
    def converted_at(self) -> datetime | None:
        made = [t.at for t in (*self.opportunities, *self.customers) if t.exists]
        return min([*made, *([self.given] if self.given else [])], default=None)


class Life:
    """Runs one step on the product and on the oracle."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.lead = make_lead(actor)
        self.oracle = Oracle()

    def act(self, name: str, number: int) -> None:
        getattr(self, name)(number)

    def make_opportunity(self, day: int) -> None:
        at = START + timedelta(days=day)
        values = {"title": "Deal", "created_at": at}
        made = conversion.make_opportunity(self.actor, self.lead.pk, values)
        self.oracle.opportunities.append(Thing(made.pk, at))

    def make_customer(self, day: int) -> None:
        at = START + timedelta(days=day)
        first = next((c for c in self.oracle.customers if c.exists), None)
        if first is None:
            made = conversion.make_customer(self.actor, self.lead.pk, {"created_at": at})
            self.oracle.customers.append(Thing(made.pk, at))
            return
        with pytest.raises(AlreadyMade) as refused:
            conversion.make_customer(self.actor, self.lead.pk, {})
        assert refused.value.pk == first.pk

    def set_status(self, number: int) -> None:
        status = LeadStatus.values[number % len(LeadStatus.values)]
        # Choosing what is shown already is no change of mind.
        if status != self.oracle.status:
            self.oracle.manual = status
        update_record(self.actor, "lead", self.lead.pk, {"status": status})

    def give_converted_at(self, day: int) -> None:
        at = START + timedelta(days=day, hours=1)
        self.oracle.given = at
        update_record(self.actor, "lead", self.lead.pk, {"converted_at": at})

    def clear_converted_at(self, _number: int) -> None:
        self.oracle.given = None
        update_record(self.actor, "lead", self.lead.pk, {"converted_at": None})

    def save_what_is_shown(self, _number: int) -> None:
        lead = self.stored()
        if lead.converted_at != self.oracle.given and self.oracle.given is not None:
            return  # writing the earlier evidence over a later given instant says that one anew
        shown = {"status": lead.status, "converted_at": lead.converted_at, "job_title": "Buyer"}
        update_record(self.actor, "lead", self.lead.pk, shown)

    def _pick(self, number: int, *, existing: bool) -> Thing | None:
        fitting = [t for t in self.oracle.opportunities if t.exists == existing]
        return fitting[number % len(fitting)] if fitting else None

    def lose(self, number: int) -> None:
        if thing := self._pick(number, existing=True):
            services.lose(self.actor, thing.pk, reasons=["price"])
            thing.state = "lost"

    def close(self, number: int) -> None:
        if thing := self._pick(number, existing=True):
            services.close(self.actor, thing.pk)
            thing.state = "closed"

    def win(self, number: int) -> None:
        if thing := self._pick(number, existing=True):
            services.win(self.actor, thing.pk)
            thing.state = "won"

    def reopen(self, number: int) -> None:
        thing = self._pick(number, existing=True)
        if thing and thing.state != "open":
            services.reopen(self.actor, thing.pk)
            thing.state = "open"

    def delete_opportunity(self, number: int) -> None:
        if thing := self._pick(number, existing=True):
            delete_record(self.actor, "opportunity", thing.pk)
            thing.exists = False

    def restore_opportunity(self, number: int) -> None:
        if thing := self._pick(number, existing=False):
            restore_record(self.actor, "opportunity", thing.pk)
            thing.exists = True

    def delete_customer(self, _number: int) -> None:
        if thing := next((c for c in self.oracle.customers if c.exists), None):
            delete_record(self.actor, "customer", thing.pk)
            thing.exists = False

    def restore_customer(self, number: int) -> None:
        gone = [c for c in self.oracle.customers if not c.exists]
        if gone:
            thing = gone[number % len(gone)]
            restore_record(self.actor, "customer", thing.pk)
            thing.exists = True

    def stored(self) -> Lead:
        lead = get_record(self.actor, "lead", self.lead.pk)
        assert isinstance(lead, Lead)
        return lead

    def check(self) -> None:
        lead = self.stored()
        assert (lead.status, lead.manual_status) == (self.oracle.status, self.oracle.manual)
        assert lead.converted_at == self.oracle.converted_at
        living = {c.pk for c in self.oracle.customers if c.exists}
        assert lead.customer_id in living if living else lead.customer_id is None


STEPS = st.sampled_from(
    [
        name
        for name, member in vars(Life).items()
        if not name.startswith("_") and name not in ("act", "check", "stored")
    ]
)


@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 40)), min_size=1, max_size=12))
def test_any_life_of_a_lead_agrees_with_the_rules(administrator, options, steps):
    life = Life(actor_of(administrator))
    life.check()
    for name, number in steps:
        life.act(name, number)
        life.check()
