"""From a number to the records it counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.access.fields import reading_as
from headwater.history.disclosures import Act, note_disclosure
from headwater.metadata.filters import Filter, parse_filter
from headwater.records.asof import as_of
from headwater.records.context import filter_context
from headwater.records.paging import Page, page_records
from headwater.reports.coordinates import Coordinates, cell_tree, read_coordinates
from headwater.reports.definition import AsOf, Definition
from headwater.reports.judging import judge
from headwater.reports.measures.measure import CountsAs, Measure
from headwater.reports.plan import Plan
from headwater.reports.run import STEPS, Given, carry_out, read
from headwater.reports.steps.reach import reach
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Drill:
    """The counted records, a page at a time.

    ``filter`` finds the same records in any list; ``sentence`` says it. ``counts_as`` stands
    beside each record of the page. With ``as_of`` the records are as they were known then, and
    a list, which shows those of now, may find others.
    """

    filter: Filter
    sentence: str
    measure: Measure
    page: Page
    counts_as: Sequence[CountsAs]
    as_of: AsOf | None = None


def drill(
    actor: Actor,
    definition: Given,
    cell: Mapping[str, Any] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    sort: Sequence[str] | None = None,
    after: str | None = None,
    limit: int = 50,
    exact_count: bool = False,
    count: int | None = None,
) -> Drill:
    """Return the records behind a cell: exactly those that it counted, for a rate its denominator.

    ``cell`` is ``{"row": {"d1": key}, "column": {…}, "measure": "m1"}``; dimensions that are left
    out are not fixed, so that ``{}`` opens the grand total; ``"compare": true`` opens the number of
    the earlier time. ``count`` is how many they are, where ``run`` has just counted them
    (``Result.behind``). Raises what ``run`` raises, and DefinitionError for coordinates that the
    report does not have.
    """
    with reading_as(actor):
        asked = read(definition, overrides)
        with as_of(actor, asked.instant):
            paging = {"after": after, "limit": limit, "exact_count": exact_count, "count": count}
            return _open(actor, asked, cell, sort, paging)


def _open(
    actor: Actor,
    asked: Definition,
    cell: Any,
    sort: Sequence[str] | None,
    paging: Mapping[str, Any],
) -> Drill:
    plan, coordinates = locate(actor, asked, cell)
    found = parse_filter(plan.definition.root, cell_tree(plan, coordinates))
    order = sort or plan.definition.table.order or ("-created_at",)
    page = page_records(actor, plan.definition.root, filter=found, sort=order, **paging)
    return Drill(
        found,
        found.sentence(plan.context),
        coordinates.use.measure,
        page,
        judge(plan, coordinates, page.items),
        asked.as_of,
    )


def locate(actor: Actor, definition: Definition, cell: Any) -> tuple[Plan, Coordinates]:
    """Return the plan of a report and the cell that is meant.

    Records are looked for only where that decides what the cell is: in the group Other. The caller
    has entered the instant that the report is as of.
    """
    plan = Plan(actor, definition, filter_context(actor))
    steps = iter(STEPS)
    for step in steps:
        plan = carry_out(step, plan)
        if step is reach:
            break
    coordinates = read_coordinates(plan, cell)
    if coordinates.names_other:
        for step in steps:
            plan = carry_out(step, plan)
    return plan, coordinates


def note_drill(actor: Actor, found: Drill, name: str = "") -> None:
    """Keep that the actor was shown this page of records; the surfaces call it when they show it."""
    if found.page.items:
        about = {"name": name, "sentence": found.sentence, "filter": found.filter.to_json()}
        note_disclosure(actor, Act.BEHIND, found.filter.object_name, len(found.page.items), about)
