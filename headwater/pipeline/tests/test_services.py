"""Winning, losing, closing and reopening opportunities."""

from datetime import UTC, datetime

import pytest
import time_machine

from headwater.history.asof import rebuild
from headwater.pipeline import services
from headwater.pipeline.models import Pipeline, Stage
from headwater.records.errors import Forbidden, Invalid
from headwater.records.find import get_record
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_opportunity

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 5, 4, 9, tzinfo=UTC)
LATE = datetime(2026, 6, 4, 9, tzinfo=UTC)


@pytest.fixture
def deal(administrator, options):
    return make_opportunity(administrator)


def test_a_loss_needs_a_reason_and_knows_its_day(administrator, deal):
    actor = actor_of(administrator)
    with pytest.raises(Invalid) as refused:
        services.lose(actor, deal.pk, reasons=[])
    assert [error.field for error in refused.value.errors] == ["lost_reasons"]
    with time_machine.travel(EARLY, tick=False):
        lost = services.lose(actor, deal.pk, reasons=["price", "timing"], detail="Half a year too early.")
    assert (lost.status, lost.lost_at, lost.lost_reasons) == ("lost", EARLY, ("price", "timing"))
    with time_machine.travel(LATE, tick=False):
        again = services.lose(actor, deal.pk, reasons=["price"])
    assert (again.lost_at, again.lost_reasons, again.lost_detail) == (
        EARLY,
        ("price",),
        "Half a year too early.",
    )


def test_an_unknown_reason_is_named(administrator, deal):
    with pytest.raises(Invalid) as refused:
        services.lose(actor_of(administrator), deal.pk, reasons=["bad weather"])
    assert "bad weather" in refused.value.errors[0].message


def test_reopening_clears_the_loss_and_history_keeps_it(administrator, deal):
    actor = actor_of(administrator)
    lost = services.lose(actor, deal.pk, reasons=["price"], detail="Too much.")
    opened = services.reopen(actor, deal.pk)
    assert (opened.status, opened.lost_at, opened.lost_reasons, opened.lost_detail) == ("open", None, (), "")
    known = rebuild("opportunity", deal.pk, lost.updated_at)
    assert known is not None
    assert (known["lost_reasons"], known["lost_detail"]) == (["price"], "Too much.")
    with pytest.raises(Invalid):
        services.reopen(actor, deal.pk)


def test_winning_and_closing_hold_their_own_days(administrator, deal):
    actor = actor_of(administrator)
    with time_machine.travel(EARLY, tick=False):
        services.close(actor, deal.pk)
    with time_machine.travel(LATE, tick=False):
        won = services.win(actor, deal.pk)
    assert (won.status, won.won_at, won.closed_at, won.lost_at) == ("converted", LATE, None, None)
    edited = update_record(actor, "opportunity", deal.pk, {"title": "Renamed", "status": "converted"})
    assert edited.won_at == LATE


def test_a_new_opportunity_begins_in_the_first_stage_with_its_probability(administrator, deal):
    assert deal.stage is not None
    assert (deal.stage.position, deal.probability, deal.stage.pipeline_id) == (1, 10, deal.pipeline_id)


def test_the_probability_follows_the_stage_until_somebody_sets_it(administrator, deal):
    actor = actor_of(administrator)
    stages = list(Stage.objects.order_by("position"))
    moved = services.move_to_stage(actor, deal.pk, stages[2].pk)
    assert moved.probability == stages[2].probability
    saved = update_record(
        actor, "opportunity", deal.pk, {"probability": moved.probability, "stage": stages[1].pk}
    )
    assert saved.probability == stages[1].probability
    update_record(actor, "opportunity", deal.pk, {"probability": 66})
    assert services.move_to_stage(actor, deal.pk, stages[3].pk).probability == 66
    assert (
        update_record(actor, "opportunity", deal.pk, {"probability": None}).probability
        == stages[3].probability
    )


def test_moving_notes_when_the_stage_was_entered_and_only_then(administrator, deal):
    actor = actor_of(administrator)
    second = Stage.objects.get(position=2)
    with time_machine.travel(EARLY, tick=False):
        moved = services.move_to_stage(actor, deal.pk, second.pk)
    assert moved.stage_entered_at == EARLY
    with time_machine.travel(LATE, tick=False):
        assert services.move_to_stage(actor, deal.pk, second.pk).stage_entered_at == EARLY
        other = Stage.objects.create(pipeline=Pipeline.objects.create(name="Partners"), name="First talk")
        crossed = services.move_to_stage(actor, deal.pk, other.pk)
    assert (crossed.stage_entered_at, crossed.pipeline_id) == (LATE, other.pipeline_id)


def test_an_ended_opportunity_does_not_move(administrator, deal):
    actor = actor_of(administrator)
    services.win(actor, deal.pk)
    with pytest.raises(Invalid) as refused:
        services.move_to_stage(actor, deal.pk, Stage.objects.get(position=2).pk)
    assert refused.value.errors[0].code == "ended"


def test_the_steps_are_offered_when_they_make_sense(administrator, deal):
    actor = actor_of(administrator)

    def offered() -> list[str]:
        record = get_record(actor, "opportunity", deal.pk)
        return [step.name for step in services.steps_of("opportunity") if step.offered(record)]

    assert offered() == ["win", "loss"]
    loss = services.find_step("opportunity", "loss")
    assert loss is not None
    loss.run(actor, deal.pk, {"reasons": ["price"], "detail": "Too much."}, {})
    assert offered() == ["reopening"]
    assert services.find_step("lead", "loss") is None


def test_a_colleague_who_only_sees_may_not_end_it(seller_north, make_user, north, options):
    deal = make_opportunity(seller_north)
    with pytest.raises(Forbidden):
        services.win(actor_of(make_user("ned", team=north)), deal.pk)
    assert get_record(actor_of(seller_north), "opportunity", deal.pk).status == "open"
