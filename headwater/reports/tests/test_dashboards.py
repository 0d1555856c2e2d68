"""Keeping dashboards, and laying a viewer's filter over their reports."""

import pytest

from headwater.access.errors import Forbidden
from headwater.records.errors import Invalid, NotFound
from headwater.reports.dashboards import (
    Placed,
    arrange,
    create_dashboard,
    delete_dashboard,
    find_dashboards,
    get_dashboard,
    placed,
    readers,
    rename_dashboard,
    share_dashboard,
)
from headwater.reports.models import DashboardTile
from headwater.reports.quick import Quick, overlay
from headwater.reports.run import run
from headwater.reports.services import delete_report, find_reports, save_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

DEFINITION = {"root": "lead", "measures": ["lead.count"], "rows": ["source"]}
THIS_YEAR = {"rel": "this", "unit": "year"}


@pytest.fixture
def reports(company):
    return [
        save_report(company.team_reader, name=name, definition=DEFINITION).pk
        for name in ("One", "Two", "Three")
    ]


@pytest.fixture
def board(company, reports):
    return create_dashboard(company.team_reader, " Monday  ", [Placed(pk) for pk in reports])


def sizes(board):
    return [(tile.report.name, tile.width, tile.height) for tile in board.tiles.all()]


def test_tiles_stand_in_their_order_and_size(company, board, reports):
    actor, (one, two, three) = company.team_reader, placed(board)
    assert board.name == "Monday"
    moved = arrange(actor, board.pk, [three, Placed(two.report, 12, 4, two.id), Placed(reports[0], 3, 1)])
    assert sizes(moved) == [("Three", 6, 2), ("Two", 12, 4), ("One", 3, 1)]
    assert not DashboardTile.objects.filter(pk=one.id or 0).exists()
    assert sizes(arrange(actor, board.pk, [])) == []


def test_what_makes_no_dashboard_is_refused_and_changes_nothing(company, board, reports):
    actor, tiles = company.team_reader, placed(board)
    hidden = save_report(Actor(company.south[0]), name="Hidden", definition=DEFINITION)
    elsewhere = create_dashboard(actor, "Other", [Placed(reports[0])])
    for wrong in (
        [Placed(hidden.pk)],
        [Placed(999)],
        [Placed(-1)],
        [Placed(2**80)],
        [tiles[0], tiles[0]],
        placed(elsewhere),
        [Placed(reports[0], width=2)],
        [Placed(reports[0], width=13)],
        [Placed(reports[0], height=0)],
        [Placed(reports[0], height=5)],
        [Placed(reports[0])] * 31,
    ):
        with pytest.raises(Invalid):
            arrange(actor, board.pk, wrong)
        assert placed(get_dashboard(actor, board.pk)) == tiles
    for name in ("", " \x00 ", "x" * 201):
        with pytest.raises(Invalid):
            rename_dashboard(actor, board.pk, name)


def test_only_its_owner_changes_a_shared_dashboard(company, board):
    colleague = Actor(company.south[0])
    with pytest.raises(NotFound):
        get_dashboard(colleague, board.pk)
    share_dashboard(company.team_reader, board.pk, Readers(teams=(company.south[0].team_id,)))
    assert list(find_dashboards(colleague)) == [board]
    for change in (
        lambda: rename_dashboard(colleague, board.pk, "Mine"),
        lambda: arrange(colleague, board.pk, []),
        lambda: share_dashboard(colleague, board.pk, Readers()),
        lambda: delete_dashboard(colleague, board.pk),
    ):
        with pytest.raises(Forbidden):
            change()
    delete_dashboard(company.team_reader, board.pk)
    assert not find_dashboards(colleague).exists()


def test_sharing_shares_the_reports_only_when_asked(company, board, reports):
    sam, wanted = company.south[0], Readers(users=(company.south[0].pk,))
    share_dashboard(company.team_reader, board.pk, wanted)
    assert not find_reports(Actor(sam)).exists()
    share_dashboard(company.team_reader, board.pk, wanted, with_reports=True)
    assert find_reports(Actor(sam)).count() == 3
    assert readers(board) == wanted


def test_a_report_that_goes_leaves_the_dashboard(company, board, reports):
    delete_report(company.team_reader, reports[1])
    assert [name for name, _width, _height in sizes(get_dashboard(company.team_reader, board.pk))] == [
        "One",
        "Three",
    ]


def test_a_quick_filter_lies_over_a_report(company, reports):
    north, south = company.north[0], company.south[0]
    make_lead(SYSTEM, owner=north.pk, created_at="2026-02-01T10:00:00Z")
    make_lead(SYSTEM, owner=south.pk, created_at="2026-02-01T10:00:00Z")
    make_lead(SYSTEM, owner=north.pk, created_at="2024-02-01T10:00:00Z")

    def count(actor, quick, **more):
        made = overlay({**DEFINITION, **more}, quick)
        grand = run(actor, made.definition).totals.grand or {}
        return grand["m1"].value, made.keeps_period, made.keeps_owner

    everybody = company.all_seeing
    assert count(everybody, Quick()) == (3, False, False)
    assert count(everybody, Quick(period=THIS_YEAR)) == (2, False, False)
    assert count(everybody, Quick(owner=north.pk)) == (2, False, False)
    assert count(everybody, Quick(period=THIS_YEAR, owner=north.pk)) == (1, False, False)
    assert count(Actor(south), Quick(owner="me")) == (1, False, False)
    assert count(Actor(south), Quick(owner=north.pk)) == (0, False, False), "her own rights hold"
    locked = {"field": "created_at", "range": {"from": "2024-01-01", "to": "2025-01-01"}, "locked": True}
    assert count(everybody, Quick(period=THIS_YEAR), period=locked) == (1, True, False)
    only_south = {"field": "owner", "op": "in", "value": [south.pk]}
    assert count(everybody, Quick(owner=north.pk), where=only_south) == (0, False, False)
    either = {"any": [only_south, {"field": "owner", "op": "in", "value": [north.pk]}]}
    assert count(everybody, Quick(owner=north.pk), where=either) == (2, False, False)


def test_a_definition_that_means_nothing_is_overlaid_without_error():
    for odd in ({}, {"root": 7}, {"root": "planet", "where": [], "period": 3}):
        assert overlay(odd, Quick(THIS_YEAR, "me")).definition["period"]["range"] == THIS_YEAR
