"""Conditions on the numbers of groups, against brute force and by example."""

import operator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.lib.memo import unit_of_work
from headwater.pipeline.models import Lead
from headwater.reports.definition import DefinitionError
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.reports.tests import worlds
from headwater.reports.tests.conftest import NOW, Company
from headwater.reports.tests.oracle import World
from headwater.reports.tests.oracle_measures import MEASURES, Cell, Setting
from headwater.reports.tests.test_measures_oracle import definition_of, opens, same
from headwater.reports.tests.test_oracle import OTHER, by_sort, combinations, readers, thrown_away, word
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

NAMES = ["count", "cohort", "sum", "avg", "max"]
COMPARE = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}
Groups = dict[Any, list[Lead]]


def holds(cell: Cell, op: str, wanted: float) -> bool:
    """Say exactly whether a number meets a condition; one that is none differs from every number."""
    if cell["value"] is None:
        return op == "!="
    number = Fraction(str(round(cell["value"], 6)))
    if "numerator" in cell and isinstance(cell["numerator"], int):
        number = Fraction(cell["numerator"] * 100, cell["denominator"])
    return COMPARE[op](number, Fraction(str(wanted)))


def conditions(groups: Groups, setting: Setting) -> st.SearchStrategy[list[tuple[int, str, float]]]:
    """Draw conditions whose numbers are those of groups, or near them."""

    def numbers(at: int) -> list[float]:
        cells = [MEASURES[NAMES[at]].cell([members], setting)["value"] for members in groups.values()]
        known = [round(float(value), 6) for value in cells if value is not None]
        return [0, 1, 33.333333, 50, *known]

    def of(at: int) -> st.SearchStrategy[tuple[int, str, float]]:
        return st.tuples(st.just(at), st.sampled_from(sorted(COMPARE)), st.sampled_from(numbers(at)))

    return st.lists(st.integers(0, len(NAMES) - 1).flatmap(of), min_size=1, max_size=2)


@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_just_the_groups_that_meet_the_conditions_are_shown(company: Company, data: st.DataObject) -> None:
    with thrown_away():
        leads = worlds.save(worlds.sixty(company, data.draw(st.integers(0, 9999))))
        if data.draw(st.booleans()):
            worlds.share(leads, company.north[0])
        source = data.draw(by_sort())
        setting = Setting(World(), NOW)
        actor, owners = data.draw(st.sampled_from(readers(company)))
        mine = setting.seen_by(owners)
        counted = [lead for lead in leads if mine.world.sees(lead)]
        groups = {keys[0]: found for keys, found in combinations(counted, [source], mine.world).items()}
        drawn = data.draw(conditions(groups, mine))
        mode = data.draw(st.sampled_from(["all", "any"]))
        top = data.draw(st.sampled_from([None, {"n": 2, "by": "m0", "other": True}, {"n": 3, "by": "m1"}]))
        definition = definition_of(NAMES, source)
        definition["having"] = {
            mode: [{"field": f"m{at}", "op": op, "value": value} for at, op, value in drawn]
        }
        if top is not None:
            definition["rows"][0]["top"] = {"other": False, **top}
        check(actor, definition, counted, groups, mine)


def met(definition: dict[str, Any], members: list[Lead], setting: Setting) -> bool:
    ((mode, given_),) = definition["having"].items()
    found = [
        holds(MEASURES[NAMES[int(one["field"][1:])]].cell([members], setting), one["op"], one["value"])
        for one in given_
    ]
    return any(found) if mode == "any" else all(found)


def check(
    actor: Actor, definition: dict[str, Any], counted: list[Lead], groups: Groups, setting: Setting
) -> None:
    result = run(actor, definition).to_json()
    fit = {key: members for key, members in groups.items() if met(definition, members, setting)}
    rows = {word(row["key"]["d1"]): row for row in result["rows"]}
    top = definition["rows"][0].get("top")
    real = fit.keys() - {None}
    picked = rows.keys() - {None, OTHER}
    assert picked <= real
    assert len(picked) == min(len(real), top["n"] if top else 50)
    assert (None in rows) == (None in fit)
    if top:
        sizes = {
            key: MEASURES[NAMES[int(top["by"][1:])]].cell([groups[key]], setting)["value"] for key in real
        }
        assert all(sizes[key] >= sizes[rest] for key in picked for rest in real - picked)
    left = groups.keys() - picked - {None}
    assert (OTHER in rows) == bool(top and top["other"] and left)
    assert (result["having"]["met"], result["having"]["groups"]) == (len(fit), len(groups))
    rest = list({lead.pk: lead for key in left for lead in groups[key]}.values())
    for key, row in list(rows.items())[:3]:
        members = rest if key == OTHER else groups[key]
        for i, name in enumerate(NAMES):
            same(row["cells"][f"m{i}"], MEASURES[name].cell([members], setting))
        told = row["cells"]["m0"]
        opens(actor, definition, {"row": row["key"], "measure": "m0"}, {lead.pk for lead in members}, told)
    same(result["totals"]["grand"]["m0"], MEASURES["count"].cell([counted], setting))


COUNT = {"id": "m1", "ref": "lead.count"}
RATE = {"id": "m2", "ref": "lead.conversion_rate"}
YEAR = {"range": {"rel": "this", "unit": "year"}}


def make(source: str | None, count: int, converted: int = 0, **values: Any) -> None:
    for number in range(count):
        at = "2026-02-01" if number < converted else None
        make_lead(SYSTEM, source=source, converted_at=at, **{"created_at": "2026-01-15"} | values)


@pytest.fixture
def leads(company: Company) -> None:
    make("web_form", 5, 1)
    make("referral", 3, 3)
    make("fair", 2, 2)
    make(None, 1, 1)


def ask(company: Company, *more: dict[str, Any], **words: Any) -> dict[str, Any]:
    definition = {"root": "lead", "measures": [COUNT, RATE, *more], "rows": ["source"], **words}
    return run(company.all_seeing, definition).to_json()


def shown(result: dict[str, Any]) -> list[str]:
    return ["; ".join(row["labels"].values()) for row in result["rows"]]


AT_LEAST_3 = {"field": "m1", "op": ">=", "value": 3}


def test_small_groups_go_and_the_total_stays(company, leads):
    result = ask(company, having=AT_LEAST_3)
    assert shown(result) == ["Web form", "Referral"]
    assert result["totals"]["grand"]["m1"]["value"] == 11
    assert result["having"] == {"sentence": "Number of leads is at least 3", "met": 2, "groups": 4}
    assert result["truncated"] is None
    assert "only groups with: Number of leads is at least 3" in result["sentence"]
    assert any(
        note == "2 of 4 groups meet the condition (Number of leads is at least 3). Totals count all."
        for note in result["notes"]
    )


def test_the_largest_are_chosen_among_those_that_meet_the_condition_and_other_is_all_the_rest(company, leads):
    rows = [{"field": "source", "top": {"n": 1, "by": "m2"}}]
    result = ask(company, rows=rows, having=AT_LEAST_3)
    # The fair converts as well, but is small: it is in Other, so that the rows add up to the total.
    assert shown(result) == ["Referral", "Other"]
    assert [row["cells"]["m1"]["value"] for row in result["rows"]] == [3, 7]
    assert "“Other” is everything that is not shown by itself." in result["notes"]


def test_several_conditions_hold_together_or_one_of_them(company, leads):
    low = {"field": "m2", "op": "<", "value": 50}
    assert shown(ask(company, having={"all": [AT_LEAST_3, low]})) == ["Web form"]
    small = {"field": "m1", "op": "<=", "value": 1}
    assert shown(ask(company, having={"any": [low, small]})) == ["Web form", "(none)"]


def test_a_share_is_compared_with_the_total_of_all(company, leads):
    share = {"id": "m3", "formula": "share(m1)"}
    assert shown(ask(company, share, having={"field": "m3", "op": ">", "value": 27.2})) == [
        "Web form",
        "Referral",
    ]


def test_a_month_in_which_nothing_happened_meets_less_than_one(company):
    make("fair", 1, created_at="2026-01-15")
    make("fair", 2, created_at="2026-03-15")
    rows = [{"field": "created_at", "grain": "month"}]
    nothing = {"field": "m1", "op": "<", "value": 1}
    result = ask(company, rows=rows, period=YEAR, having=nothing)
    assert [row["key"]["d1"] for row in result["rows"]] == ["2026-02-01"]
    assert (result["having"]["met"], result["having"]["groups"]) == (1, 3)


def test_the_largest_months_leave_no_empty_months_between_them(company):
    for month, count in ((1, 3), (2, 1), (3, 2)):
        make("fair", count, created_at=datetime(2026, month, 15, tzinfo=UTC).isoformat())
    rows = [{"field": "created_at", "grain": "month", "top": {"n": 2, "by": "m1"}}]
    result = ask(company, rows=rows, period=YEAR)
    assert [row["cells"]["m1"]["value"] for row in result["rows"]] == [3, 2, 1]
    assert result["rows"][2]["key"] == {"d1": {"other": True}}


def test_a_row_of_several_groups_is_tested_as_a_whole_over_all_columns(company, leads):
    make("fair", 2, first_name="Anna")
    rows = ["source", "status"]
    result = ask(company, rows=rows, columns=["is_organization"], having={"field": "m1", "value": 4})
    assert [row["cells"]["m1"]["value"] >= 4 for row in result["rows"]] == [True] * len(result["rows"])
    assert result["totals"]["grand"]["m1"]["value"] == 13


def test_very_many_groups_are_chosen_by_the_database(company):
    with unit_of_work():
        for name, count in (("Acme", 3), ("Bolt", 2), *((f"Firm {n}", 1) for n in range(55))):
            for _number in range(count):
                make_lead(SYSTEM, is_organization=True, organization_name=name)
    result = ask(company, rows=["organization_name"], having={"field": "m1", "value": 2})
    assert shown(result) == ["Acme", "Bolt"]
    assert (result["having"]["met"], result["having"]["groups"], result["truncated"]) == (2, 57, None)
    result = ask(company, rows=["organization_name"], having={"field": "m1", "value": 1})
    assert len(result["rows"]) == 50
    assert result["truncated"] == [{"dimension": "d1", "shown": 50, "of": 57, "other": False}]


@pytest.mark.parametrize("formula", [{"ref": "lead.value.median"}, {"formula": "share(m1)"}])
def test_what_the_database_cannot_compare_is_refused_with_a_way_out(company, leads, formula):
    with pytest.raises(DefinitionError, match="set the condition on another one"):
        ask(company, {"id": "m3", **formula}, rows=["name"], having={"field": "m3", "value": 1})


def test_measures_of_different_dates_cannot_both_choose_among_very_many(company, leads):
    converted = {"id": "m3", "ref": "lead.converted"}
    both = {"all": [{"field": "m3", "value": 1}, {"field": "m1", "value": 1}]}
    with pytest.raises(DefinitionError, match="one and the same date"):
        ask(company, converted, rows=["name"], period=YEAR, having=both)
    alone = ask(company, converted, rows=["source"], period=YEAR, having=both)
    assert shown(alone) == ["Web form", "Referral", "Fair", "(none)"]


def test_an_explanation_says_that_totals_count_all(company, leads):
    definition = {"root": "lead", "measures": [COUNT], "rows": ["source"], "having": AT_LEAST_3}
    told = explain(company.all_seeing, definition, {})
    assert told.cell.value == 11
    assert "Only groups are shown of which holds: Number of leads is at least 3. Totals count all." in list(
        told.cautions
    )


def test_the_reader_of_one_team_has_her_own_groups(company, leads):
    north = company.north[0].pk
    make("fair", 4, owner=north)
    definition = {"root": "lead", "measures": [COUNT], "rows": ["source"], "having": AT_LEAST_3}
    assert shown(run(company.team_reader, definition).to_json()) == ["Fair"]
