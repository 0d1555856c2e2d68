"""Measures of several dates, comparisons and money against brute force; what must hold of every report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.lib.memo import unit_of_work
from headwater.pipeline.models import Lead
from headwater.records.find import find_records
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.reports.tests import oracle_measures as slow
from headwater.reports.tests import worlds
from headwater.reports.tests.conftest import NOW, Company
from headwater.reports.tests.oracle import DIMENSIONS, World
from headwater.reports.tests.oracle_measures import MEASURES, TIMES, Cell, Setting, Span
from headwater.reports.tests.test_oracle import dimension, readers, thrown_away
from headwater.users import rates
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

# Each example counts dozens of cells of sixty leads for two readers.
FEWER = settings(max_examples=settings().max_examples // 6)
OPENED = 2
"""Rows of each report whose numbers are opened too."""
SOURCES: list[tuple[str, str | None]] = [
    ("source", None),
    ("created_at", "month"),
    ("labels", None),
    ("created_at", "week"),
    ("customer.kind", None),
    ("created_at", "fiscal_quarter"),
    ("owner.team", None),
]


def settle(setting: Setting) -> None:
    worlds.settle(setting.world)
    for currency, day, rate in setting.rates:
        rates.set_rate(currency=currency, day=day, rate=str(rate))


Source = tuple[str, str | None]


class Expected:
    """What a report must say, counted lead by lead."""

    def __init__(
        self, leads: list[Lead], setting: Setting, clock: str, source: Source | None, now: Span, before: Span
    ) -> None:
        self.leads, self.setting, self.clock, self.source = leads, setting, clock, source
        self.now, self.before = now, before

    def _keys(self, lead: Lead, date_: str, span: Span) -> set[Any]:
        if self.source is None:
            return {()}
        field, grain = self.source
        if field != self.clock or grain is None:
            return DIMENSIONS[self.source](lead, self.setting.world)
        key = slow.bucket_of(lead, date_, grain, self.setting.world)
        if span is self.now or self.now is None:
            return {key}
        own = slow.buckets(self.now, grain, self.setting.world)
        nth = slow.buckets(span, grain, self.setting.world).index(key)
        return {own[nth]} if nth < len(own) else set()

    def members(self, name: str, span: Span, key: Any = ...) -> list[list[Lead]]:
        """Return the leads of each date by which a measure counts, of one group or of all."""
        found = []
        for own in MEASURES[name].dates:
            date_ = own or self.clock
            entered = slow.entered(self.leads, date_, span, self.setting)
            found.append([lead for lead in entered if key is ... or key in self._keys(lead, date_, span)])
        return found

    def cell(self, name: str, span: Span, key: Any = ...) -> Cell:
        return MEASURES[name].cell(self.members(name, span, key), self.setting)

    def listed(self, name: str, span: Span, key: Any = ...) -> set[int]:
        every = {lead.pk: lead for leads in self.members(name, span, key) for lead in leads}
        return {lead.pk for lead in MEASURES[name].listed(list(every.values()), self.setting)}


def same(told: Cell, expected: Cell) -> None:
    """Compare two cells; floats to the twelfth digit."""
    plain = {k: v for k, v in told.items() if k not in ("previous", "change", "change_percent")}
    assert plain.keys() == expected.keys()
    for key, value in expected.items():
        is_number = isinstance(value, float)
        assert plain[key] == (pytest.approx(value, rel=1e-12, abs=1e-9) if is_number else value)


def check(actor: Actor, definition: dict[str, Any], names: list[str], expected: Expected) -> None:
    told = run(actor, definition)
    assert told.behind in (None, len(expected.listed(names[0], expected.now)))
    result = told.to_json()
    for i, name in enumerate(names):
        id = f"m{i}"
        total = result["totals"]["grand"][id]
        same(total, expected.cell(name, expected.now))
        if i == 0:
            opens(actor, definition, {"measure": id}, expected.listed(name, expected.now), total)
        if expected.before is not None:
            same(total["previous"], expected.cell(name, expected.before))
            if i == 1:
                at = {"measure": id, "compare": True}
                opens(actor, definition, at, expected.listed(name, expected.before), total["previous"])
        for nth, row in enumerate(result["rows"] if expected.source else ()):
            check_row(actor, definition, row, (id, name), expected, is_opened=nth < OPENED)


def check_row(
    actor: Actor,
    definition: dict[str, Any],
    row: dict[str, Any],
    use: tuple[str, str],
    expected: Expected,
    *,
    is_opened: bool,
) -> None:
    id, name = use
    key = next(iter(row["key"].values()))
    cell = row["cells"][id]
    same(cell, expected.cell(name, expected.now, key))
    at = {"row": row["key"], "measure": id}
    if is_opened:
        opens(actor, definition, at, expected.listed(name, expected.now, key), cell)
    if expected.before is not None:
        same(cell["previous"], expected.cell(name, expected.before, key))
        if is_opened:
            listed = expected.listed(name, expected.before, key)
            opens(actor, definition, at | {"compare": True}, listed, cell["previous"])


def opens(
    actor: Actor, definition: dict[str, Any], cell: dict[str, Any], members: set[int], told: Cell
) -> None:
    """A number opens its records, says of each what it counts as, and is explained as it is."""
    found = drill(actor, definition, cell, limit=500)
    assert {record.pk for record in found.page.items} == members
    assert {r.pk for r in find_records(actor, "lead", found.filter.to_json())} == members
    said = [how.key for how in found.counts_as]
    if found.measure.basis == "event":
        both = said.count("both")
        assert said.count("converted") + both == told["numerator"]
        assert said.count("created") + both == told["denominator"]
    elif found.measure.is_rate and found.measure.value is None:
        assert (said.count("converted"), len(said)) == (told["numerator"], told["denominator"])
    elif found.measure.number is not None:
        assert said.count("not_counted") == sum(told.get("left_out", {}).values())
    else:
        assert len(said) == told["value"]
    same(explain(actor, definition, cell).cell.to_json(), {k: v for k, v in told.items() if k in _KEPT})


_KEPT = ("value", "numerator", "denominator", "small", "left_out")


def definition_of(names: list[str], source: Source | None, **more: Any) -> dict[str, Any]:
    return {
        "root": "lead",
        "measures": [{"id": f"m{i}", **MEASURES[name].use} for i, name in enumerate(names)],
        "rows": [dimension("d1", source, fill=False)] if source else [],
        **more,
    }


SETTING = Setting(
    World(zone="America/Los_Angeles", week_start=6, fiscal=(4, 6)),
    NOW,
    (("USD", date(2026, 1, 1), 0.8), ("USD", date(2026, 3, 1), 1.25)),
)
"""Another calendar than the usual one, and dollars that have no rate at first."""


@pytest.fixture
def crowd(company: Company) -> Iterator[list[Lead]]:
    with unit_of_work():
        settle(SETTING)
        yield worlds.save(worlds.crowd(company))


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_counts_by_its_own_dates_now_and_before(
    company: Company, crowd: list[Lead], name: str
) -> None:
    first = list(MEASURES).index(name)
    for turn, (span, compare, spans) in enumerate(TIMES):
        source = SOURCES[(first + turn) % len(SOURCES)]
        actor, owners = readers(company)[turn % 2]
        mine = SETTING.seen_by(owners)
        seen = [lead for lead in crowd if mine.world.sees(lead)]
        now, before = spans(mine)
        definition = definition_of([name, "count"], source, period={"range": span}, compare=compare)
        check(actor, definition, [name, "count"], Expected(seen, mine, "created_at", source, now, before))


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_counts_in_any_time_and_by_another_date(
    company: Company, crowd: list[Lead], name: str
) -> None:
    span: Span = (date(2026, 1, 1), date(2026, 3, 10))
    given: dict[str, Any] = {"field": "converted_at", "range": {"from": "2026-01-01", "to": "2026-03-10"}}
    actor, owners = readers(company)[1]
    worlds.share(crowd, company.north[0])
    mine = SETTING.seen_by(owners)
    seen = [lead for lead in crowd if mine.world.sees(lead)]
    for clock, now, period in (("created_at", None, None), ("converted_at", span, given)):
        for source in (SOURCES[0], (clock, "month")):
            definition = definition_of([name], source, period=period)
            check(actor, definition, [name], Expected(seen, mine, clock, source, now, None))


ANY = st.sampled_from(sorted(DIMENSIONS, key=str))
EXISTS: list[dict[str, Any]] = [
    {"exists": {"path": "opportunities"}},
    {"not_exists": {"path": "opportunities"}},
    {"exists": {"path": "opportunities", "where": {"field": "status", "op": "in", "value": ["converted"]}}},
    {"exists": {"path": "opportunities", "count": {"op": ">=", "value": 2}}},
    {"exists": {"path": "customer.opportunities"}},
    {"exists": {"path": "customer.leads", "count": {"op": ">=", "value": 1}}},
    {"exists": {"path": "primary_contact.opportunities"}},
    {"field": "customer.kind", "op": "not_empty"},
    {"field": "primary_contact.first_name", "op": "contains", "value": "l"},
]


@FEWER
@given(data=st.data())
def test_invariants_of_every_report(company: Company, data: st.DataObject):
    """Sums over groups, largest groups and Other, related records, and one definition for all readers."""
    with thrown_away():
        worlds.save(worlds.sixty(company, data.draw(st.integers(0, 9999))))
        names = ["count", "converted", "archived", "sum"]
        source = data.draw(ANY)
        top = {"n": data.draw(st.integers(1, 3)), "by": "m0"}
        compare = data.draw(st.sampled_from([None, *(time[1] for time in TIMES)]))
        period = {"range": {"from": "2025-06-01", "to": "2026-06-01"}} if compare else None
        definition = definition_of(names, source, period=period, compare=compare)
        definition["rows"][0]["top"] = top
        for actor, _owners in readers(company):
            result = run(actor, definition).to_json()
            total = result["totals"]["grand"]
            if not result["overlaps"]:
                for id, cell in total.items():
                    assert_adds_up(result, id, cell, lost_before=_cuts_calendar(source))
            for related in EXISTS:
                some = run(actor, {**definition, "where": related}).to_json()["totals"]["grand"]
                assert all(some[f"m{i}"]["value"] <= total[f"m{i}"]["value"] for i in range(3))


def _cuts_calendar(source: Source) -> bool:
    return source[0] == "created_at" and source[1] not in (None, "set")


def assert_adds_up(result: dict[str, Any], id: str, total: Cell, *, lost_before: bool) -> None:
    rows = [row["cells"][id] for row in result["rows"]]
    assert sum(cell["value"] for cell in rows) == pytest.approx(total["value"])
    # A bucket that the earlier time has too many stands in the total alone.
    if "previous" in total and not lost_before:
        before = sum(cell["previous"]["value"] for cell in rows)
        assert before == pytest.approx(total["previous"]["value"])


@FEWER
@given(data=st.data())
def test_shares_are_parts_of_the_total(company: Company, data: st.DataObject):
    with thrown_away():
        worlds.save(worlds.sixty(company, data.draw(st.integers(0, 9999))))
        definition = {
            "root": "lead",
            "measures": [{"id": "m1", "ref": "count"}, {"id": "m2", "formula": "share(m1)"}],
            "rows": [dimension("d1", data.draw(ANY))],
        }
        result = run(company.all_seeing, definition).to_json()
        total = result["totals"]["grand"]["m1"]["value"]
        for row in result["rows"]:
            share, count = row["cells"]["m2"], row["cells"]["m1"]["value"]
            assert (share["numerator"], share["denominator"]) == (count, total)
            assert share["value"] == (pytest.approx(count * 100 / total) if total else None)
            again = explain(company.all_seeing, definition, {"row": row["key"], "measure": "m2"})
            assert again.cell.to_json() == share
