"""Reports as of an earlier instant say what they said then, under the rights of now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from headwater.access.models import Action
from headwater.customers.services import link_address
from headwater.lib import clock
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.pipeline.conversion import make_opportunity
from headwater.records import asof
from headwater.records.find import find_records
from headwater.records.values import snapshot
from headwater.records.write import delete_record, update_record
from headwater.reports.definition import DefinitionError, parse_definition, to_json
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.reports.tests.conftest import NOW, Company
from headwater.reports.tests.lives import Life
from headwater.reports.tests.test_oracle import thrown_away
from headwater.testing.factories import SYSTEM, make_address, make_lead
from headwater.users import rates
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

BY_SOURCE: dict[str, Any] = {
    "root": "lead",
    "measures": ["lead.conversion_rate", "lead.count"],
    "rows": ["source"],
    "period": {"range": {"rel": "this", "unit": "year"}},
}
THIS_YEAR = {"range": {"rel": "this", "unit": "year"}}
WITH_WON = {
    "exists": {"path": "opportunities", "where": {"field": "status", "op": "in", "value": ["converted"]}}
}
REPORTS: list[dict[str, Any]] = [
    BY_SOURCE,
    {
        "root": "lead",
        "measures": ["lead.count", "lead.cf_rooms.sum"],
        "rows": ["cf_words"],
        "columns": ["customer.cf_grade"],
    },
    {
        "root": "lead",
        "measures": [{"ref": "lead.conversion_rate", "basis": "windowed", "days": 14}, "lead.value.median"],
        "rows": [{"field": "created_at", "grain": "month"}],
        "period": {"range": {"rel": "last", "unit": "month", "n": 3, "include_current": True}},
    },
    {
        "root": "lead",
        "measures": ["lead.count", "lead.converted", "lead.archived"],
        "rows": [{"field": "created_at", "grain": "week"}],
        "columns": ["labels"],
        "period": {"range": {"rel": "this", "unit": "quarter"}},
        "compare": {"shift": {"unit": "period"}},
    },
    {
        "root": "lead",
        "measures": ["lead.value_conversion_rate", {"ref": "lead.conversion_rate", "basis": "event"}],
        "rows": ["owner.team"],
        "columns": ["owner"],
        "period": THIS_YEAR,
    },
    {"root": "lead", "measures": ["lead.count", {"formula": "share(m1)"}], "rows": ["organization"]},
    {
        "root": "lead",
        "measures": ["lead.count"],
        "rows": [{"field": "customer.name"}],
        "where": {"all": [WITH_WON]},
    },
    {
        "root": "lead",
        "measures": ["lead.count"],
        "rows": [{"field": "updated_at", "grain": "day"}],
        "where": {"all": [{"field": "updated_at", "op": "newer_than", "value": {"n": 15, "unit": "day"}}]},
    },
    {
        "root": "lead",
        "measures": ["lead.count"],
        "rows": [{"field": "organization_name", "top": {"n": 1, "by": "m1"}}],
        "where": {"none": [{"field": "customer.territory", "op": "in", "value": ["kurzeme"]}]},
    },
    {
        "root": "opportunity",
        "measures": ["opportunity.win_rate", "opportunity.won_amount", "opportunity.weighted_amount"],
        "rows": ["lead.source"],
        "currency": {"rate": "today"},
    },
    {"root": "customer", "measures": ["customer.count"], "rows": ["name"]},
]
SOME = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Of examples as long as these none is shrunk: that would take longer than a test may."""
VOLATILE = {"title", "notes", "definition", "definition_hash", "milliseconds", "sql", "sentence", "as_of"}


@dataclass
class Answer:
    """What a report said at an instant: figures, the records behind them, an explanation."""

    at: datetime
    definition: dict[str, Any]
    figures: dict[str, Any]
    behind: list[Any]
    told: dict[str, Any]


def ask(actor: Actor, definition: dict[str, Any], at: datetime, cell: dict[str, Any] | None = None) -> Answer:
    found = run(actor, definition).to_json()
    opened = drill(actor, definition, cell or {}, limit=100, sort=["id"])
    entry = registry.get(definition["root"])
    told = explain(actor, definition, cell or {}).to_json()
    return Answer(
        at,
        definition,
        {key: value for key, value in found.items() if key not in VOLATILE},
        [
            (record.pk, snapshot(entry, record), record.updated_at, how.key)
            for record, how in zip(opened.page.items, opened.counts_as, strict=True)
        ],
        {key: told[key] for key in ("cell", "excluded", "period", "bounds", "group", "filter")},
    )


def cell_of(figures: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Draw a cell of a report: a row with a measure, or the whole."""
    rows = figures["rows"]
    if not rows or data.draw(st.booleans()):
        return {}
    row = data.draw(st.sampled_from(rows))
    return {"row": row["key"], "measure": data.draw(st.sampled_from(sorted(row["cells"])))}


@given(data=st.data())
@SOME
def test_whatever_happens_later_the_earlier_answer_stays(company: Company, data: st.DataObject):
    with thrown_away():
        rates.set_rate(currency="USD", day=date(2025, 1, 1), rate="0.5")
        life, known = Life(company, data), []
        for _step in range(data.draw(st.integers(3, 9))):
            life.step()
            with time_machine.travel(life.at, tick=False), unit_of_work():
                definition = data.draw(st.sampled_from(REPORTS))
                figures = run(company.all_seeing, definition).to_json()
                cell = cell_of(figures, data)
                known.append((cell, ask(company.all_seeing, definition, life.at, cell)))
        with time_machine.travel(life.at + timedelta(days=40), tick=False), unit_of_work():
            for cell, then in known:
                again = ask(
                    company.all_seeing, {**then.definition, "as_of": then.at.isoformat()}, then.at, cell
                )
                assert again.figures == then.figures
                assert again.behind == then.behind
                assert again.told == then.told


@given(data=st.data())
@SOME
def test_a_team_s_reader_counts_what_is_hers_now_as_it_was_then(company: Company, data: st.DataObject):
    """Its oracle: everything as it was then, of which those stay whose owner of now is hers."""
    where = {"all": [{"field": "source", "op": "in", "value": ["web_form", "fair"]}]}
    definition = {"root": "lead", "measures": ["lead.count"], "rows": ["owner"], "where": where}
    with thrown_away():
        life, known = Life(company, data), []
        for _step in range(data.draw(st.integers(3, 9))):
            life.step()
            with time_machine.travel(life.at, tick=False), unit_of_work():
                known.append(ask(company.all_seeing, definition, life.at))
        mine: Any = registry.get("lead").model
        hers = set(mine.unscoped.filter(owner__in=company.north).values_list("pk", flat=True))
        with time_machine.travel(life.at + timedelta(days=40), tick=False), unit_of_work():
            for then in known:
                again = ask(company.team_reader, {**definition, "as_of": then.at.isoformat()}, then.at)
                assert again.behind == [row for row in then.behind if row[0] in hers]
                assert again.figures["totals"]["grand"]["m1"]["value"] == len(again.behind)
                assert sum(row["cells"]["m1"]["value"] for row in again.figures["rows"]) == len(again.behind)


@pytest.fixture
def lives(company, frozen):
    """Four leads of one source; a day later one was moved, one deleted, one converted, one is new."""
    reader = company.all_seeing
    leads = [
        make_lead(SYSTEM, first_name=f"N{n}", source="web_form", owner=company.north[0].pk) for n in range(4)
    ]
    frozen.shift(timedelta(days=1))
    update_record(reader, "lead", leads[0].pk, {"source": "fair", "owner": company.south[0].pk})
    delete_record(reader, "lead", leads[1].pk)
    make_opportunity(reader, leads[2].pk, {"title": "Deal"})
    leads.append(make_lead(SYSTEM, first_name="New", source="web_form", owner=company.north[0].pk))
    return leads


def total(reader: Actor, as_of: str) -> Any:
    found = run(reader, BY_SOURCE, overrides={"as_of": as_of}).to_json()
    return found["totals"]["grand"]["m2"]["value"]


def test_a_day_means_its_end_in_the_organization_s_zone(company, lives):
    found = [total(company.all_seeing, word) for word in ("2026-03-17", "2026-03-18", "2026-03-19", "now")]
    assert found == [0, 4, 4, 4]
    found = [total(company.all_seeing, word) for word in ("2026-03-18T11:59", "2026-03-18T12:00:00+02:00")]
    assert found == [0, 4]


def test_who_lost_a_record_since_sees_it_no_more_and_who_got_it_sees_all_its_past(company, lives):
    def names(reader: Actor) -> set[str]:
        opened = drill(reader, {**BY_SOURCE, "as_of": NOW.isoformat()}, {"row": {"d1": "web_form"}})
        return {record.first_name for record in opened.page.items}

    assert names(company.team_reader) == {"N1", "N2", "N3"}
    assert names(Actor(company.south[0])) == {"N0"}
    assert names(company.all_seeing) == {"N0", "N1", "N2", "N3"}


def test_the_report_says_as_of_when_it_is(company, lives):
    asked = {**BY_SOURCE, "as_of": "2026-03-18"}
    found = run(company.all_seeing, asked)
    assert found.title.endswith("by Source (cohort, as of 18 Mar 2026)")
    assert found.to_json()["as_of"] == "2026-03-18T23:59:59.999999+02:00"
    assert any("as they were known at 18 Mar 2026" in note for note in found.notes)
    told = explain(company.all_seeing, asked)
    assert told.as_of == "as of 18 Mar 2026"
    assert any("as they were known" in caution for caution in told.cautions)
    assert told.to_json()["as_of"] == told.as_of
    assert run(company.all_seeing, BY_SOURCE).title.endswith("by Source (cohort)")


def test_a_definition_keeps_its_instant_as_it_was_written(company):
    for word in ("2026-03-18", "2026-01-31T17:00:00+02:00"):
        assert to_json(parse_definition({**BY_SOURCE, "as_of": word}))["as_of"] == word
    assert to_json(parse_definition({**BY_SOURCE, "as_of": "2026-01-31T17:00"}))["as_of"].endswith("+02:00")
    assert "as_of" not in to_json(parse_definition({**BY_SOURCE, "as_of": "now"}))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("2026-03-19", "in_future"),
        ("2026-03-18T13:00", "in_future"),
        ("9998-12-31", "in_future"),
        ("9999-12-31T23:59:59-12:00", "bad_instant"),
        ("yesterday", "bad_instant"),
        ("2026-02-30", "bad_instant"),
        ("0001-01-01", "bad_instant"),
        ("", "bad_instant"),
        (20260318, "bad_instant"),
        ([], "bad_instant"),
    ],
)
def test_wrong_instants_are_named(company, word, code):
    with pytest.raises(DefinitionError) as caught:
        parse_definition({**BY_SOURCE, "as_of": word})
    assert [(problem.at, problem.code) for problem in caught.value.problems] == [("as_of", code)]


def test_too_much_that_changed_is_refused_and_never_half_counted(company, lives, monkeypatch):
    monkeypatch.setattr(asof, "MOST_CHANGED", 2)
    with pytest.raises(FilterError) as caught:
        run(company.all_seeing, {**BY_SOURCE, "as_of": "2026-03-18"})
    assert [(problem.at, problem.code) for problem in caught.value.problems] == [
        ("as_of", "too_much_changed")
    ]
    assert "choose a later" in caught.value.problems[0].message
    # Of the reader's own records fewer have changed.
    assert total(Actor(company.south[0]), "2026-03-18") == 1


def test_an_earlier_state_is_read_by_one_person_only_seen_and_forgotten(company, lives):
    with asof.as_of(company.team_reader, NOW), asof.as_of(company.team_reader, NOW):
        with pytest.raises(RuntimeError):
            find_records(company.all_seeing, "lead")
        with pytest.raises(RuntimeError):
            find_records(company.team_reader, "lead", action=Action.EDIT)
        with pytest.raises(RuntimeError), asof.as_of(company.team_reader, NOW - timedelta(days=1)):
            pass
        with pytest.raises(RuntimeError):
            update_record(company.team_reader, "lead", lives[3].pk, {"first_name": "X"})
        assert find_records(company.team_reader, "lead").count() == 3
    assert find_records(company.all_seeing, "lead").count() == 4
    tables = set(connection.introspection.table_names())
    assert not {name for name in tables if name.startswith(("changed_", "then_"))}


def test_what_is_visible_through_others_is_read_by_the_visibility_of_now(company, frozen):
    lead = make_lead(SYSTEM, first_name="Anna", owner=company.north[0].pk)
    address = make_address(SYSTEM, line1="1 Old Street")
    link_address(SYSTEM, "lead", lead.pk, address)
    then = clock.now()
    frozen.shift(timedelta(days=1))
    update_record(SYSTEM, "address", address.pk, {"line1": "2 New Street"})
    delete_record(SYSTEM, "address", make_address(SYSTEM).pk)
    past = {"root": "address", "measures": ["address.count"], "as_of": then.isoformat()}
    for reader, count in ((company.all_seeing, 1), (company.team_reader, 1), (Actor(company.south[0]), 0)):
        assert run(reader, past).to_json()["totals"]["grand"]["m1"]["value"] == count
        assert [record.line1 for record in drill(reader, past).page.items] == ["1 Old Street"] * count


def test_the_past_of_records_that_nothing_happened_to_is_what_they_are(company, frozen):
    lead = make_lead(SYSTEM, first_name="Anna")
    frozen.shift(timedelta(days=3))
    make_lead(SYSTEM, first_name="Later")
    with asof.as_of(company.all_seeing, datetime(2026, 3, 19, tzinfo=UTC)):
        assert [record.pk for record in find_records(company.all_seeing, "lead")] == [lead.pk]


@pytest.mark.django_db(transaction=True)
def test_others_write_meanwhile_and_the_figures_of_one_run_stay_of_one_moment(administrator):
    reader = Actor(administrator)
    first, second = make_lead(SYSTEM, first_name="First"), make_lead(SYSTEM, first_name="Second")
    update_record(reader, "lead", second.pk, {"first_name": "Changed"})
    at = max(first.recorded_at, second.recorded_at)

    def write() -> None:
        # Fails after some seconds where reading takes the lock for writing.
        update_record(reader, "lead", first.pk, {"first_name": "Changed"})
        connection.close()

    with ThreadPoolExecutor(1) as others:
        with asof.as_of(reader, at):
            before = names(reader)
            others.submit(write).result()
            assert names(reader) == before == {"First", "Second"}
        assert names(reader) == {"Changed"}
    with asof.as_of(reader, at):
        assert names(reader) == {"First", "Second"}


def names(reader: Actor) -> set[str]:
    return {record.first_name for record in find_records(reader, "lead")}
