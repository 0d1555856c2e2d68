"""What a sales head asks every week, answered by definitions: exactly, for each reader."""

from collections import Counter
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from headwater.pipeline.tests import questions
from headwater.pipeline.tests.asked import QUESTIONS
from headwater.pipeline.tests.questions import NEEDED, World, closed, converted_within, day, status
from headwater.records.find import find_records
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.users.actor import Actor

pytestmark = [pytest.mark.django_db, NEEDED]

YEAR, QUARTER, MONTH = date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 1)
TODAY = date(2026, 3, 18)


def answers(reader: Actor, definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the cells by the label of their row, the total under "total"."""
    result = run(reader, definition).to_json()
    check_invariants(reader, definition, result)
    rows = {next(iter(row["labels"].values()), ""): row["cells"] for row in result["rows"]}
    return rows | {"total": result["totals"]["grand"]}


def check_invariants(reader: Actor, definition: dict[str, Any], result: dict[str, Any]) -> None:
    """Open every number, and count it once more."""
    for row in [*result["rows"], {"key": {}, "cells": result["totals"]["grand"]}]:
        for measure, cell in row["cells"].items():
            at = {"row": row["key"], "measure": measure}
            again = explain(reader, definition, at).cell.to_json()
            assert {k: v for k, v in again.items() if k != "previous"} == {
                k: v for k, v in cell.items() if k not in ("previous", "change", "change_percent")
            }
            opened = drill(reader, definition, at, limit=100)
            said = Counter(how.key for how in opened.counts_as)
            assert find_records(reader, definition["root"], opened.filter.to_json()).count() == len(
                opened.page.items
            )
            check_opened(opened.measure, cell, said, len(opened.page.items))


def check_opened(measure: Any, cell: dict[str, Any], said: Counter[str], count: int) -> None:
    if measure.basis == "event":
        assert said["both"] + said["converted"] == cell["numerator"]
        assert said["both"] + said["created"] == cell["denominator"]
    elif measure.is_rate and measure.value is None:
        assert (said[measure.counted.key], count) == (cell["numerator"], cell["denominator"])
    elif measure.kind == "count" and "numerator" not in cell:
        assert count == cell["value"]
    elif measure.field is not None:
        assert said["not_counted"] == sum(cell.get("left_out", {}).values())


def labeled(counts: dict[Any, int]) -> dict[str, int]:
    return {str(key or "(none)"): count for key, count in counts.items()}


def test_1_how_many_leads_came_last_week_by_source(world, reader, team):
    definition = QUESTIONS["1"]
    known = Counter(
        lead["source"]
        for lead in world.leads(team)
        if date(2026, 3, 9) <= day(lead["created"]) < date(2026, 3, 16)
    )
    found = answers(reader, definition)
    assert {label: cells["m1"]["value"] for label, cells in found.items() if label != "total"} == labeled(
        known
    )
    assert found["total"]["m1"]["value"] == known.total()
    if team is None:
        assert labeled(known) == {
            "(none)" if source == "None" else source: count
            for source, count in world.data["expected"]["Q01"].items()
        }


PLAIN = {
    "none": [{"field": "import_number", "op": "not_empty"}, {"field": "recycled_from", "op": "not_empty"}]
}


@pytest.mark.parametrize("where", [None, PLAIN], ids=["all", "plain"])
def test_2_which_share_of_this_years_leads_converted(world, reader, team, where):
    definition = QUESTIONS["2"] | {"where": where}
    leads = [
        lead
        for lead in world.leads(team)
        if day(lead["created"]) >= YEAR and (where is None or not (lead["imported"] or lead["from_deal"]))
    ]
    found = answers(reader, definition)
    for source in {lead["source"] for lead in leads}:
        among = [lead for lead in leads if lead["source"] == source]
        converted = sum(bool(lead["conversions"]) for lead in among)
        cell = found[source or "(none)"]["m1"]
        assert (cell["numerator"], cell["denominator"]) == (converted, len(among))
        assert cell["value"] == converted * 100 / len(among)
    total = found["total"]["m1"]
    assert total["value"] == sum(bool(lead["conversions"]) for lead in leads) * 100 / len(leads)
    if team is None:
        name = "overall" if where is None else "overall_excluding_imports_and_recycled"
        expected = world.data["expected"]["Q02"][name]
        assert (total["numerator"], total["denominator"]) == (expected["converted"], expected["total"])
        assert round(total["value"], 2) == expected["rate"]
    if team is None and where is None:
        # The total is counted from the records; it is not the mean of the bars.
        bars = [cells["m1"]["value"] for label, cells in found.items() if label != "total"]
        assert total["value"] != pytest.approx(sum(bars) / len(bars))


def test_3_the_same_weighted_by_value(world, reader, team):
    definition = QUESTIONS["3"]
    leads = [lead for lead in world.leads(team) if day(lead["created"]) >= YEAR]
    worth = {lead["id"]: world.worth(lead, day(lead["created"])) for lead in leads}
    usable = [lead for lead in leads if worth[lead["id"]] is not None]
    total = answers(reader, definition)["total"]
    every = sum(worth[lead["id"]] or 0 for lead in usable)
    converted = sum(worth[lead["id"]] or 0 for lead in usable if lead["conversions"])
    assert (total["m1"]["numerator"], total["m1"]["denominator"]) == (converted, every)
    assert total["m1"]["value"] == pytest.approx(converted * 100 / every)
    assert total["m2"]["value"] == every
    assert sum(total["m1"].get("left_out", {}).values()) == len(leads) - len(usable)
    if team is None:
        expected = world.data["expected"]["Q03"]
        assert (converted, every) == (expected["converted_eur"], expected["total_eur"])
        assert round(total["m1"]["value"], 2) == expected["rate"]
        assert total["m1"]["left_out"] == {"no_value": 1, "no_rate": 1}


def test_4_how_many_did_we_convert_in_february_whenever_created(world, reader, team):
    definition = QUESTIONS["4"]
    february = (date(2026, 2, 1), date(2026, 3, 1))
    converted = {
        lead["id"]
        for lead in world.leads(team)
        if lead["conversions"] and february[0] <= day(lead["conversions"][0]) < february[1]
    }
    created = {lead["id"] for lead in world.leads(team) if february[0] <= day(lead["created"]) < february[1]}
    total = answers(reader, definition)["total"]
    assert (total["m1"]["numerator"], total["m1"]["denominator"]) == (len(converted), len(created))
    assert total["m1"]["value"] == (len(converted) * 100 / len(created) if created else None)
    assert total["m2"]["value"] == len(converted)
    opened = drill(reader, definition, {"measure": "m1"})
    assert {record.external_id for record in opened.page.items} == converted | created
    opened = drill(reader, definition, {"measure": "m2"})
    assert {record.external_id for record in opened.page.items} == converted
    assert run(reader, definition).title.endswith("(event: throughput)")
    if team is None:
        expected = world.data["expected"]["Q04"]
        assert (sorted(converted), len(created)) == (expected["first_conversions"], expected["created"])
        assert total["m1"]["value"] == expected["throughput_ratio"]


def test_5_do_we_convert_faster(world, reader, team):
    definition = QUESTIONS["5"]
    found = answers(reader, definition)
    assert run(reader, definition).title.endswith("(within 14 days)")
    for month, label in (("2026-01", "Jan 2026"), ("2026-02", "Feb 2026"), ("2026-03", "Mar 2026")):
        leads = [lead for lead in world.leads(team) if day(lead["created"]).isoformat().startswith(month)]
        mature = [
            lead
            for lead in leads
            if datetime.fromisoformat(lead["created"]) <= questions.NOW - timedelta(days=14)
        ]
        within = [lead for lead in mature if converted_within(lead, 14)]
        cell = found[label]["m1"]
        assert (cell["numerator"], cell["denominator"]) == (len(within), len(mature))
        assert cell.get("left_out", {}).get("immature", 0) == len(leads) - len(mature)
        if team is None:
            expected = world.data["expected"]["Q05"][month]
            assert (len(within), len(mature)) == (expected["in_window"], expected["mature"])
            assert len(leads) - len(mature) == expected["immature"]
            assert cell["value"] == expected["rate"]


def won(world: World, team: str | None, first: date, stop: date) -> list[Any]:
    return [d for d in world.deals(team) if status(d) == "won" and first <= closed(d) < stop]


def test_8_what_have_we_won_this_month_against_the_same_days_of_last_month(world, reader, team):
    definition = QUESTIONS["8"]
    result = run(reader, definition).to_json()
    total = answers(reader, definition)["total"]
    now = won(world, team, MONTH, date(2026, 3, 19))
    before = won(world, team, date(2026, 2, 1), date(2026, 2, 19))
    for cells, deals in ((total, now), ({id: total[id]["previous"] for id in total}, before)):
        assert cells["m1"]["value"] == len(deals)
        assert cells["m2"]["value"] == sum(world.worth(deal, closed(deal)) for deal in deals)
    opened = drill(reader, definition, {"measure": "m2", "compare": True})
    assert {record.external_id for record in opened.page.items} == {deal["id"] for deal in before}
    told = explain(reader, definition, {"measure": "m1", "compare": True})
    assert told.cell.value == len(before)
    assert told.period == "Won on: 1–18 Feb"
    assert result["period"] == "Won on: this month, 1–18 Mar"
    assert result["compare"] == {
        "bounds": {"from": "2026-02-01T00:00:00+02:00", "to": "2026-02-19T00:00:00+02:00"},
        "period": "Won on: 1–18 Feb",
        "days": {"now": 18, "before": 18},
        "cut": True,
        "clamped": False,
    }
    if team is None:
        expected = world.data["expected"]["Q08"]
        assert (total["m1"]["value"], total["m2"]["value"]) == (3, expected["mtd"]["eur"])
        previous = total["m2"]["previous"]["value"]
        assert (total["m1"]["previous"]["value"], previous) == tuple(expected["prev_same_days"].values())
        assert total["m2"]["change"] == 6750


def test_9_win_rate_this_quarter_by_owner(world, reader, team):
    definition = QUESTIONS["9"]
    deals = [d for d in world.deals(team) if status(d) != "open" and closed(d) >= QUARTER]
    found = answers(reader, definition)
    for owner in {deal["owner"] for deal in deals}:
        own = [status(deal) for deal in deals if deal["owner"] == owner]
        cell = found[owner]["m1"]
        assert (cell["numerator"], cell["denominator"]) == (own.count("won"), len(own))
        if team is None:
            assert round(cell["value"], 2) == world.data["expected"]["Q09"]["by_owner"][owner]["rate"]
    total = found["total"]["m1"]
    assert total["numerator"] == sum(status(deal) == "won" for deal in deals)
    if team is None:
        assert (total["numerator"], total["denominator"]) == (5, 9)
        assert round(total["value"], 2) == world.data["expected"]["Q09"]["overall"]["rate"]


def test_10_what_became_of_the_deals_created_this_year(world, reader, team):
    definition = QUESTIONS["10"]
    deals = [deal for deal in world.deals(team) if day(deal["created"]) >= YEAR]
    known = Counter(status(deal) for deal in deals)
    found = answers(reader, definition)
    counted = {label: cells["m1"]["value"] for label, cells in found.items()}
    assert (counted["total"], counted.get("Converted", 0)) == (len(deals), known["won"])
    assert (counted.get("Lost", 0), counted.get("Open", 0)) == (known["lost"], known["open"])
    total = found["total"]
    assert total["m2"]["value"] == known["won"] * 100 / len(deals)
    assert total["m3"]["denominator"] == known["won"] + known["lost"]
    assert total["m3"].get("left_out", {}).get("undecided", 0) == known["open"]
    if team is None:
        expected = world.data["expected"]["Q10"]
        assert (known["won"], known["lost"], known["open"]) == (4, 3, 5)
        assert round(total["m2"]["value"], 2) == expected["won_of_created"]


def test_11_average_and_median_of_what_we_win(world, reader, team):
    definition = QUESTIONS["11"]
    amounts = [world.worth(d, closed(d)) for d in won(world, team, QUARTER, date(2026, 4, 1))]
    total = answers(reader, definition)["total"]
    assert total["m1"]["value"] == pytest.approx(sum(amounts) / len(amounts))
    assert total["m2"]["value"] == pytest.approx(median(amounts))
    assert total["m1"]["denominator"] == total["m2"]["denominator"] == len(amounts)
    if team is None:
        expected = world.data["expected"]["Q11"]
        assert (total["m1"]["value"], total["m2"]["value"]) == (expected["avg_eur"], expected["median_eur"])
        assert len(amounts) == expected["n"]


def test_13_what_is_in_the_pipeline_now_raw_and_weighted(world, reader, team):
    definition = QUESTIONS["13"]
    weights = {stage["name"]: stage["probability"] for stage in world.data["stages"]}
    open_ = [deal for deal in world.deals(team) if status(deal) == "open"]
    found = answers(reader, definition)
    for stage in weights:
        among = [deal for deal in open_ if deal["stages"][-1][0] == stage]
        if not among:
            assert stage not in found
            continue
        raw = [world.worth(deal, TODAY) for deal in among]
        usable = [amount for amount in raw if amount is not None]
        cells = found[stage]
        assert cells["m1"]["value"] == len(among)
        assert cells["m2"]["value"] == pytest.approx(sum(usable))
        assert cells["m3"]["value"] == pytest.approx(sum(usable) * weights[stage] / 100)
        assert cells["m2"].get("left_out", {}).get("no_value", 0) == len(raw) - len(usable)
    if team is None:
        expected, total = world.data["expected"]["Q13"]["total"], found["total"]
        assert [total[id]["value"] for id in ("m1", "m2", "m3")] == pytest.approx(
            [expected["count"], expected["eur"], expected["weighted_eur"]], rel=1e-12
        )
        assert total["m2"]["left_out"] == {"no_value": expected["without_value"]}


def test_20_why_do_we_lose(world, reader, team):
    definition = QUESTIONS["20"]
    lost = [deal for deal in world.deals(team) if status(deal) == "lost" and closed(deal) >= QUARTER]
    found = answers(reader, definition)
    for reason in {deal["reason"] for deal in lost}:
        among = [deal for deal in lost if deal["reason"] == reason]
        cells = found[reason or "(none)"]
        assert cells["m1"]["value"] == len(among)
        assert cells["m2"]["value"] == sum(world.worth(deal, closed(deal)) for deal in among)
        assert cells["m3"]["value"] == pytest.approx(len(among) * 100 / len(lost))
        if team is None:
            expected = world.data["expected"]["Q20"][str(reason)]
            assert [cells[id]["value"] for id in ("m1", "m2", "m3")] == list(expected.values())
