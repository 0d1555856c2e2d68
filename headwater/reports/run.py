"""Running a report: definition in, figures out."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from headwater.access.fields import reading_as
from headwater.history.disclosures import Act, note_disclosure
from headwater.metadata import reading
from headwater.metadata.paths import Path
from headwater.records.asof import as_of
from headwater.records.context import filter_context
from headwater.reports.definition import Definition, parse_definition, to_json
from headwater.reports.plan import Plan
from headwater.reports.present import present
from headwater.reports.result import Result
from headwater.reports.steps.aggregate import aggregate
from headwater.reports.steps.arrange import arrange
from headwater.reports.steps.authorize import authorize
from headwater.reports.steps.base import base
from headwater.reports.steps.bind import bind
from headwater.reports.steps.gather import gather
from headwater.reports.steps.group import group
from headwater.reports.steps.having import having
from headwater.reports.steps.narrow import narrow
from headwater.reports.steps.reach import reach
from headwater.reports.steps.spine import spine
from headwater.users.actor import Actor

Step = Callable[[Plan], Plan]
Given = Mapping[str, Any] | Definition

STEPS: tuple[Step, ...] = (
    authorize,
    bind,
    gather,
    reach,
    base,
    narrow,
    aggregate,
    group,
    spine,
    having,
    arrange,
)
"""Read aloud: who may, when, what, by what, of which records, of how many groups, counted, merged, listed,
held to conditions, ordered."""

_MERGED = ("period", "limit", "chart", "table", "currency")


def run(actor: Actor, definition: Given, *, overrides: Mapping[str, Any] | None = None) -> Result:
    """Run a report under the reader's rights.

    ``overrides`` replace words of the definition for this run only (a quick filter, another
    period). Raises DefinitionError naming every wrong word, FilterError where a condition means
    nothing for this reader ("my team" without a team) or where too much has changed since the
    instant that the report is as of, and Forbidden.
    """
    start = time.perf_counter()
    with reading_as(actor):
        asked = read(definition, overrides)
        with as_of(actor, asked.instant):
            plan = make_plan(actor, asked)
            result = present(plan, round((time.perf_counter() - start) * 1000))
    _note(plan)
    return result


def _note(plan: Plan) -> None:
    """Keep who saw figures whose groups are names, numbers or mails of people."""
    paths = [d.field for d in plan.definition.dimensions if isinstance(d.field, Path)]
    if any(path.field.personal for path in paths):
        about = {"name": plan.definition.name, "by": [str(path.label) for path in paths]}
        note_disclosure(plan.actor, Act.REPORT, plan.definition.root, 0, about)


def read(definition: Given, overrides: Mapping[str, Any] | None = None) -> Definition:
    """Return the definition of a run. Raises DefinitionError.

    One that was parsed before is read again for a reader from whom fields are kept.
    """
    if not overrides:
        if isinstance(definition, Definition) and reading.current() is not None:
            return parse_definition(to_json(definition))
        return definition if isinstance(definition, Definition) else parse_definition(definition)
    merged: dict[str, Any] = to_json(definition) if isinstance(definition, Definition) else dict(definition)
    for key, value in overrides.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = {**merged[key], **value} if both and key in _MERGED else value
    return parse_definition(merged)


def make_plan(actor: Actor, definition: Definition) -> Plan:
    """Take a definition through every step."""
    plan = Plan(actor, definition, filter_context(actor))
    for step in STEPS:
        plan = carry_out(step, plan)
    return plan


def carry_out(step: Step, plan: Plan) -> Plan:
    """Take one step; whatever goes wrong in it says so."""
    try:
        return step(plan)
    except Exception as error:
        error.add_note(f"in the report step “{step.__name__}” of {plan.definition.root}")
        raise
