"""What holds of the answer to every question, whoever asks: invariants (ii) to (viii) of the questions.

That every number opens exactly its records, and counts the same once more, is (i): test_questions.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation

from headwater.access.models import Action, RoleRight, Scope
from headwater.metadata import registry
from headwater.pipeline.conversion import make_opportunity
from headwater.pipeline.tests import questions
from headwater.pipeline.tests.asked import QUESTIONS
from headwater.pipeline.tests.questions import NEEDED, World
from headwater.records.write import delete_record, restore_record, update_record
from headwater.reports.definition import MeasureUse, parse_definition
from headwater.reports.drill import drill
from headwater.reports.explain import explain
from headwater.reports.run import run
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import User
from headwater.web.views.reports.tables import Records, figures_rows

pytestmark = [pytest.mark.django_db, NEEDED]

Cells = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A question, and who asks it: somebody who sees everything, or one team.

    ``takes_files`` is set for one reader of each question, in turn: writing files takes long.
    """

    name: str
    question: dict[str, Any]
    team: str | None
    reader: Actor
    takes_files: bool


@pytest.fixture
def everything(world: World, administrator: User) -> list[Asked]:
    """Every question of every reader, who may export what she sees."""
    readers = {None: administrator, "North": world.users["anna"], "South": world.users["carla"]}
    RoleRight.objects.update_or_create(
        role=world.users["anna"].role, object="*", action=Action.EXPORT, defaults={"scope": Scope.ALL}
    )
    return [
        Asked(f"{name} asked by {team or 'everybody'}", question, team, Actor(user), (at + number) % 3 == 0)
        for at, (name, question) in enumerate(QUESTIONS.items())
        for number, (team, user) in enumerate(readers.items())
    ]


def narrowed(question: dict[str, Any], *conditions: dict[str, Any]) -> dict[str, Any]:
    own = [question["where"]] if "where" in question else []
    return question | {"where": {"all": [*own, *conditions]}}


def figures(reader: Actor, question: dict[str, Any]) -> dict[str, Any]:
    """Return groups and numbers, with neither words nor what differs from run to run."""
    found = run(reader, question).to_json()
    rows = [(row["key"], row["cells"]) for row in found["rows"]]
    kept = {key: found[key] for key in ("totals", "bounds", "open", "truncated")}
    left_out = [(one["reason"], one["count"]) for one in found["excluded"]]
    compared = found.get("compare") and found["compare"]["bounds"]
    return {"rows": rows, "left_out": left_out, "compared": compared} | kept


def behind(reader: Actor, question: dict[str, Any]) -> list[tuple[Any, str]]:
    found = drill(reader, question, {}, limit=100, sort=["id"])
    pairs = zip(found.page.items, found.counts_as, strict=True)
    return [(record.external_id, how.key) for record, how in pairs]


def files(reader: Actor, question: dict[str, Any]) -> tuple[Any, Any]:
    """Return what is written into the files of the figures and of the records."""
    definition = parse_definition(question)
    return list(figures_rows(definition, run(reader, definition))), list(
        Records(reader, definition, {}).rows()
    )


def added(question: dict[str, Any], cells: Cells) -> dict[str, float]:
    """Return the numbers of a group that must add up: sums and counts, the two sides of rates, n of means."""
    found: dict[str, float] = {}
    for use in parse_definition(question).measures:
        cell, kind = cells[use.id], use.measure.kind
        if use.measure.is_rate or kind in ("avg", "median"):
            sides = ("numerator", "denominator") if use.measure.is_rate else ("denominator",)
            found |= {f"{use.id} {side}": cell.get(side) or 0 for side in sides}
        else:
            found[use.id] = cell["value"] or 0
    return found


def test_ii_groups_add_up_to_the_total_whatever_they_are(everything):
    for asked in everything:
        total = added(asked.question, run(asked.reader, asked.question).to_json()["totals"]["grand"])
        for by in ("owner", "source", "owner.team"):
            result = run(asked.reader, asked.question | {"rows": [by]}).to_json()
            groups = [added(asked.question, row["cells"]) for row in result["rows"]]
            assert added(asked.question, result["totals"]["grand"]) == total, asked.name
            sums = {key: sum(group[key] for group in groups) for key in total}
            assert sums == pytest.approx(total), asked.name


def test_iii_a_team_s_reader_gets_what_the_team_s_records_give(world, everything, administrator):
    everybody = Actor(administrator)
    for asked in everything:
        owners = [world.users[name].pk for name in sorted(world.owners(asked.team))]
        # Names behind links would be those that each reader may see.
        question = asked.question | {"table": {"columns": ["status", "owner", "created_at", "currency"]}}
        theirs = narrowed(question, {"field": "owner", "op": "in", "value": owners})
        for told in (figures, behind, *((files,) if asked.takes_files else ())):
            assert told(asked.reader, question) == told(everybody, theirs), asked.name


def live_on(world: World) -> None:
    """Two days later: everything is changed, something deleted, made, or brought back."""
    options = {lead["source"] for lead in world.data["leads"]} - {None}
    with time_machine.travel(questions.NOW + timedelta(days=2), tick=False):
        for name in ("lead", "opportunity"):
            model: Any = registry.get(name).model
            living = list(model.unscoped.filter(deleted_at=None).order_by("pk"))
            gone = model.unscoped.exclude(deleted_at=None).order_by("pk").first()
            for number, record in enumerate(living):
                changes: dict[str, Any] = {"created_at": "2026-03-12", "currency": "EUR"}
                if name == "lead":
                    changes |= {"first_name": "Later", "value": 5, "source": sorted(options)[number % 2]}
                else:
                    changes |= {"amount": 7, "status": ("open", "converted", "closed")[number % 3]}
                update_record(SYSTEM, name, record.pk, changes)
            delete_record(SYSTEM, name, living[0].pk)
            if gone is not None:
                restore_record(SYSTEM, name, gone.pk)
            if name == "lead":
                make_opportunity(SYSTEM, living[1].pk, {"title": "New"})


def test_iv_as_of_before_later_edits_it_gives_the_earlier_answer(world, everything):
    def answer(asked: Asked, question: dict[str, Any]) -> list[Any]:
        told = [figures(asked.reader, question), behind(asked.reader, question)]
        if asked.takes_files:
            cell = explain(asked.reader, question).to_json()["cell"]
            told += [files(asked.reader, question), cell]
        return told

    then = [answer(asked, asked.question) for asked in everything]
    live_on(world)
    with time_machine.travel(questions.NOW + timedelta(days=90), tick=False):
        for asked, known in zip(everything, then, strict=True):
            assert figures(asked.reader, asked.question) != known[0], asked.name
            past = asked.question | {"as_of": questions.NOW.isoformat()}
            assert answer(asked, past) == known, asked.name


def test_v_neither_the_server_s_zone_nor_the_reader_s_language_changes_it(everything):
    for number, asked in enumerate(everything):
        expected, records = figures(asked.reader, asked.question), behind(asked.reader, asked.question)
        zone, language = PLACES[number % len(PLACES)]
        with override_settings(TIME_ZONE=zone), timezone.override(zone), translation.override(language):
            assert figures(asked.reader, asked.question) == expected, asked.name
            assert behind(asked.reader, asked.question) == records, asked.name


PLACES = (("America/Los_Angeles", "lv"), ("Asia/Kathmandu", "th"), ("Pacific/Apia", "km"), ("UTC", "lv"))
LOST = {"field": "status", "op": "in", "value": ["lost"]}
RELATED: dict[str, list[dict[str, Any]]] = {
    "lead": [
        {"exists": {"path": "opportunities"}},
        {
            "not_exists": {
                "path": "opportunities",
                "where": {"field": "status", "op": "in", "value": ["lost"]},
            }
        },
        {"exists": {"path": "opportunities", "count": {"op": ">=", "value": 2}}},
        {"field": "customer.name", "op": "empty"},
    ],
    "opportunity": [
        {"exists": {"path": "customer.opportunities"}},
        {"exists": {"path": "lead.opportunities"}},
        {"field": "lead.source", "op": "not_empty"},
    ],
}


def test_vi_a_filter_by_related_records_never_raises_a_count(everything):
    for asked in everything:
        before = run(asked.reader, asked.question).to_json()
        shares = {use.id for use in parse_definition(asked.question).measures if use.of}
        counts = {str(row["key"]): added(asked.question, row["cells"]) for row in before["rows"]}
        counts["total"] = added(asked.question, before["totals"]["grand"])
        for condition in RELATED[asked.question["root"]]:
            result = run(asked.reader, narrowed(asked.question, condition)).to_json()
            groups = [(str(row["key"]), row["cells"]) for row in result["rows"]]
            for key, cells in [*groups, ("total", result["totals"]["grand"])]:
                for name, value in added(asked.question, cells).items():
                    most = counts.get(key, {}).get(name, 0)
                    assert name in shares or value <= most, asked.name


def test_vii_a_total_rate_is_of_the_records_and_no_mean_of_the_groups(everything):
    for asked in everything:
        result = run(asked.reader, asked.question).to_json()
        grand = result["totals"]["grand"]
        for use in parse_definition(asked.question).measures:
            if use.measure.is_rate:
                cells = [row["cells"][use.id] for row in result["rows"]] or [grand[use.id]]
                top, under = (sum(cell[side] or 0 for cell in cells) for side in ("numerator", "denominator"))
                expected = pytest.approx(top * 100 / under) if under else None
                assert grand[use.id]["value"] == expected, asked.name


def test_vii_on_the_fixture_the_mean_of_the_groups_is_another_number(world, administrator):
    for name in ("2", "3", "5", "9"):
        result = run(Actor(administrator), QUESTIONS[name]).to_json()
        values = [row["cells"]["m1"]["value"] for row in result["rows"]]
        known = [value for value in values if value is not None]
        assert result["totals"]["grand"]["m1"]["value"] != pytest.approx(sum(known) / len(known)), name


def test_viii_a_currency_without_a_rate_is_reported_and_never_taken_as_one(everything):
    for asked in everything:
        uses = [use for use in parse_definition(asked.question).measures if use.measure.number and not use.of]
        for use in uses[:1]:
            with transaction.atomic():
                check_that_yen_are_left_out(asked, use)
                transaction.set_rollback(True)


def check_that_yen_are_left_out(asked: Asked, use: MeasureUse) -> None:
    reader, question = asked.reader, asked.question
    opened = drill(reader, question, {"measure": use.id}, limit=100)
    pairs = zip(opened.page.items, opened.counts_as, strict=True)
    chosen = next(record for record, how in pairs if how.key != "not_counted")
    one = {"field": "external_id", "op": "eq", "value": chosen.external_id}
    before = run(reader, question).to_json()["totals"]["grand"][use.id]
    worth = run(reader, narrowed(question, one)).to_json()["totals"]["grand"][use.id]
    model: Any = registry.get(question["root"]).model
    model.unscoped.filter(pk=chosen.pk).update(currency="JPY")
    result = run(reader, question)
    after = result.to_json()["totals"]["grand"][use.id]
    count = before.get("left_out", {}).get("no_rate", 0) + 1
    assert after["left_out"]["no_rate"] == count, asked.name
    assert ("no_rate", count) in [(one.reason, one.count) for one in result.excluded if one.measure == use.id]
    side = "denominator" if "denominator" in before else "value"
    assert (after[side] or 0) == pytest.approx(before[side] - worth[side]), asked.name
