"""The engine against brute force: random records, calendars, readers, dimensions and conditions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.memo import unit_of_work
from headwater.pipeline.models import Lead
from headwater.records.find import find_records
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.reports.tests import oracle, worlds
from headwater.reports.tests.conftest import NOW, Company
from headwater.reports.tests.oracle import CONDITIONS, DIMENSIONS, PERIODS, World
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

MEASURES = [{"id": "m1", "ref": "lead.conversion_rate"}, {"id": "m2", "ref": "count"}]
OTHER = "(other)"


@contextmanager
def thrown_away() -> Iterator[None]:
    """Undo what an example writes."""
    with transaction.atomic(), unit_of_work():
        yield
        transaction.set_rollback(True)


def readers(company: Company) -> list[tuple[Actor, frozenset[int] | None]]:
    north = frozenset(user.pk for user in company.north)
    return [(company.all_seeing, None), (company.team_reader, north)]


def dimension(id: str, source: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    key, grain = source
    return {"id": id, "field": key, **({"grain": grain} if grain else {}), **more}


def word(key: Any) -> Any:
    """Return a key of a result as something that can be looked up."""
    return OTHER if key == {"other": True} else key


def in_population(lead: Lead, world: World, period: int, condition: int, now: datetime) -> bool:
    return (
        world.sees(lead)
        and PERIODS[period][1](lead, world, now)
        and CONDITIONS[condition][1](lead, world, now)
    )


def by_sort() -> st.SearchStrategy[tuple[str, str | None]]:
    """Draw dimensions so that the many grains of dates do not crowd out the others."""
    dates = [source for source in DIMENSIONS if source[1] is not None]
    others = [source for source in DIMENSIONS if source[1] is None]
    return st.one_of(st.sampled_from(dates), st.sampled_from(others), st.sampled_from(others))


sources = by_sort()


@pytest.mark.parametrize("source", DIMENSIONS, ids=lambda source: ":".join(filter(None, source)))
def test_every_dimension_counts_and_opens_sixty_leads(company: Company, source: tuple[str, str | None]):
    """The same leads for every dimension, with each value of each field among them."""
    with unit_of_work():
        leads = worlds.save(worlds.sixty(company))
        definition = {"root": "lead", "measures": MEASURES, "rows": [dimension("r0", source)]}
        for actor, owners in readers(company):
            seen = World(owners=owners)
            check(actor, definition, [lead for lead in leads if seen.sees(lead)], seen, [source], [])


@given(data=st.data())
def test_every_figure_is_what_counting_by_hand_gives_and_opens_its_records(
    company: Company, data: st.DataObject
):
    with thrown_away():
        world = data.draw(worlds.worlds())
        worlds.settle(world)
        leads = worlds.save(data.draw(worlds.leads(company)))
        if data.draw(st.booleans()):
            worlds.share(leads, company.north[0])
        period, condition = (
            data.draw(st.integers(0, len(PERIODS) - 1)),
            data.draw(st.integers(0, len(CONDITIONS) - 1)),
        )
        by = data.draw(st.lists(sources, min_size=0, max_size=2))
        across = data.draw(st.lists(sources, min_size=0, max_size=1))
        definition = {
            "root": "lead",
            "measures": MEASURES,
            "rows": [dimension(f"r{i}", source) for i, source in enumerate(by)],
            "columns": [dimension(f"c{i}", source) for i, source in enumerate(across)],
            "period": PERIODS[period][0],
            "where": CONDITIONS[condition][0],
            "totals": ["grand", "columns"],
        }
        for actor, owners in readers(company):
            seen = replace(world, owners=owners)
            counted = [lead for lead in leads if in_population(lead, seen, period, condition, NOW)]
            check(actor, definition, counted, seen, by, across)


def check(
    actor: Actor,
    definition: dict[str, Any],
    counted: list[Lead],
    world: World,
    by: list[tuple[str, str | None]],
    across: list[tuple[str, str | None]],
) -> None:
    """Compare every row, cell and total, and open each of them."""
    told = run(actor, definition)
    assert told.behind == len(counted)
    result = told.to_json()
    assert result["totals"]["grand"] == {"m1": oracle.rate(counted), "m2": {"value": len(counted)}}
    row_groups = combinations(counted, by, world)
    shown = {tuple(row["key"].values()): row for row in result["rows"]}
    assert len(shown) == len(result["rows"])
    assert row_groups.keys() - shown.keys() <= {()}
    column_groups = combinations(counted, across, world)
    columns = [tuple(group["key"].values()) for group in result.get("column_groups", [])]
    assert set(columns) >= column_groups.keys() - {()}
    for keys, row in shown.items():
        members = row_groups.get(keys, [])
        assert row["cells"] == {"m1": oracle.rate(members), "m2": {"value": len(members)}}
        if members or list(shown).index(keys) < 3:  # a long calendar of nothing need not be opened day by day
            opens(actor, definition, {"row": row["key"]}, members)
        for column, cells in zip(columns, row.get("by_column", []), strict=True):
            both = [lead for lead in members if lead in column_groups.get(column, [])]
            if cells is None:
                assert both == []
            else:
                assert cells["m1"] == oracle.rate(both)
                opens(
                    actor, definition, {"row": row["key"], "column": {"c0": column[0]}, "measure": "m1"}, both
                )
    opens(actor, definition, {}, counted)


def combinations(
    leads: list[Lead], sources: list[tuple[str, str | None]], world: World
) -> dict[tuple[Any, ...], list[Lead]]:
    """Return the leads of every combination of groups."""
    groups: dict[tuple[Any, ...], list[Lead]] = {}
    for lead in leads:
        combined: set[tuple[Any, ...]] = {()}
        for source in sources:
            keys = DIMENSIONS[source](lead, world)
            combined = {(*left, key) for left in combined for key in keys}
        for combination in combined:
            groups.setdefault(combination, []).append(lead)
    return groups


def opens(actor: Actor, definition: dict[str, Any], cell: dict[str, Any], members: list[Lead]) -> None:
    """The list behind a cell holds the counted records and no other, each with what it counts as."""
    found = drill(actor, definition, cell, limit=500)
    assert [record.pk for record in found.page.items if record.pk not in {lead.pk for lead in members}] == []
    assert len(found.page.items) == len(members) == found.page.count
    if found.measure.is_rate:
        converted = {lead.pk for lead in members if lead.converted_at is not None}
        said = {record.pk: how.key for record, how in zip(found.page.items, found.counts_as, strict=True)}
        assert said == {lead.pk: "converted" if lead.pk in converted else "not_converted" for lead in members}
    again = find_records(actor, "lead", found.filter.to_json())
    assert {record.pk for record in again} == {lead.pk for lead in members}


@given(data=st.data())
def test_the_largest_groups_other_and_none_share_the_records_among_them(
    company: Company, data: st.DataObject
):
    with thrown_away():
        world = World()
        leads = worlds.save(data.draw(worlds.leads(company)))
        if data.draw(st.booleans()):
            worlds.share(leads, company.north[0])
        source = data.draw(sources)
        n, other = data.draw(st.integers(1, 3)), data.draw(st.booleans())
        hide = data.draw(st.booleans())
        by = data.draw(st.sampled_from(["m1", "m2"]))
        top = {"n": n, "by": by, "other": other}
        more = {"top": top, "null": "hide" if hide else "show", "fill": False}
        definition = {"root": "lead", "measures": MEASURES, "rows": [dimension("r0", source, **more)]}
        for actor, owners in readers(company):
            seen = replace(world, owners=owners)
            visible = [lead for lead in leads if seen.sees(lead)]
            counted = [lead for lead in visible if not hide or DIMENSIONS[source](lead, seen) != {None}]
            check_top(actor, definition, counted, seen, source, top)
            hidden = run(actor, definition).to_json()["excluded"]
            assert sum(one["count"] for one in hidden) == len(visible) - len(counted)


def check_top(
    actor: Actor,
    definition: dict[str, Any],
    counted: list[Lead],
    world: World,
    source: tuple[str, str | None],
    top: dict[str, Any],
) -> None:
    result = run(actor, definition).to_json()
    groups = combinations(counted, [source], world)
    real = {keys[0]: members for keys, members in groups.items() if keys != (None,)}
    rows = {word(row["key"]["r0"]): row for row in result["rows"]}
    picked = rows.keys() - {OTHER, None}
    assert picked <= real.keys()
    assert len(picked) == min(top["n"], len(real))
    size = (
        (lambda key: len(real[key])) if top["by"] == "m2" else (lambda key: oracle.rate(real[key])["value"])
    )
    assert all(size(key) >= size(rest) for key in picked for rest in real.keys() - picked)
    expected = {key: real[key] for key in picked}
    if (None,) in groups:
        expected[None] = groups[(None,)]
    rest = {lead.pk: lead for key in real.keys() - picked for lead in real[key]}
    if rest and top["other"]:
        expected[OTHER] = list(rest.values())
    assert rows.keys() == expected.keys()
    for key, members in expected.items():
        assert rows[key]["cells"]["m1"] == oracle.rate(members)
        opens(actor, definition, {"row": rows[key]["key"]}, members)
    assert result["totals"]["grand"]["m1"] == oracle.rate(counted)
    assert [key for key in (word(row["key"]["r0"]) for row in result["rows"]) if key in (OTHER, None)] == [
        key for key in (OTHER, None) if key in expected
    ]


@given(data=st.data())
def test_an_explained_number_is_the_number(company: Company, data: st.DataObject):
    with thrown_away():
        worlds.save(data.draw(worlds.leads(company)))
        definition = {"root": "lead", "measures": MEASURES, "rows": [dimension("r0", data.draw(sources))]}
        for actor, _owners in readers(company):
            for row in run(actor, definition).to_json()["rows"]:
                for measure in ("m1", "m2"):
                    told = explain(actor, definition, {"row": row["key"], "measure": measure})
                    assert told.cell.to_json() == row["cells"][measure]


@given(data=st.data())
def test_calendars_have_no_holes_and_no_future(company: Company, data: st.DataObject):
    with thrown_away():
        world = data.draw(worlds.worlds())
        worlds.settle(world)
        leads = worlds.save(data.draw(worlds.leads(company)))
        grain = data.draw(st.sampled_from(oracle.GRAINS))
        definition = {
            "root": "lead",
            "measures": MEASURES,
            "rows": [dimension("r0", ("created_at", grain))],
            "period": {"range": {"rel": "this", "unit": "year"}},
        }
        rows = run(company.all_seeing, definition).to_json()["rows"]
        today, present = world.day(NOW), set()
        for lead in leads:
            day = world.day(lead.created_at)
            if day.year == today.year and lead.deleted_at is None:
                present.add(oracle.first_of(day, grain, world))
        past = {
            oracle.first_of(date.fromordinal(number), grain, world)
            for number in range(date(today.year, 1, 1).toordinal(), today.toordinal() + 1)
        }
        assert [row["key"]["r0"] for row in rows] == sorted(past | present)
        for row in rows:
            if row["key"]["r0"] not in present:
                assert row["cells"] == {
                    "m1": {"value": None, "numerator": 0, "denominator": 0},
                    "m2": {"value": 0},
                }
