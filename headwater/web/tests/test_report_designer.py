"""What the designer offers besides measure and groups, and how figures are then shown."""

import re
from typing import Any

import pytest
from django.test import Client

from headwater.reports.presets import Preset, presets
from headwater.users.models import User
from headwater.web.tests.reports_helpers import (
    CONVERSION,
    NEW,
    RATE,
    ClientOf,
    after,
    bring_leads,
    drawn,
    get,
    table,
    text,
)


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    bring_leads(seller_north, seller_south)


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


@pytest.mark.parametrize(
    ("kind", "row", "drawn_as"),
    [
        ("bar", {"field": "source"}, "bar"),
        ("column", {"field": "source"}, "column"),
        ("line", {"field": "source"}, "column"),
        ("bar", {"field": "created_at", "grain": "month"}, "column"),
        ("column", {"field": "created_at", "grain": "month"}, "column"),
        ("line", {"field": "created_at", "grain": "month"}, "line"),
        ("line", {"field": "created_at", "grain": "set"}, "column"),
    ],
)
def test_a_drawing_suits_its_groups(
    client: Client, leads: None, kind: str, row: dict[str, Any], drawn_as: str
) -> None:
    definition = RATE | {"rows": [{"id": "d1", **row}], "chart": {"kind": kind}}
    answer = get(client, NEW, type="lead", definition=definition)
    assert drawn(answer)["kind"] == drawn_as
    assert ("A line needs dates" in text(answer)) == (kind == "line" and drawn_as != "line")


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.key)
def test_every_shipped_report_is_shown_offered_and_taken_away(
    client: Client, leads: None, preset: Preset
) -> None:
    assert f"?type={preset.key}" in client.get("/reports/").content.decode()
    assert client.get(NEW, {"type": preset.key}).status_code == 200
    for form in ("csv", "xlsx"):
        assert (
            client.get(
                "/reports/export/", {"type": preset.key, "what": "figures", "format": form}
            ).status_code
            == 200
        )


def test_a_rate_is_counted_on_the_basis_that_is_chosen(client: Client, leads: None) -> None:
    assert after(client, basis="event")["measures"][0]["basis"] == "event"
    first = after(client, basis="windowed", days="14")["measures"][0]
    assert (first["basis"], first["days"]) == ("windowed", 14)
    assert after(client, basis="windowed")["measures"][0]["days"] == 30
    page = get(client, NEW, type="lead", definition=RATE | {"measures": [{"id": "m1", **first}]})
    assert "Within a number of days" in text(page)
    assert 'name="days"' in page.content.decode()
    wrong = get(client, NEW, **CONVERSION, apply="1", basis="windowed", days="many")
    assert client.get(wrong["Location"]).status_code == 422


def test_figures_are_compared_with_the_time_before(client: Client, leads: None) -> None:
    compared = after(client, compare="year")
    assert compared["compare"] == {"shift": {"unit": "year", "n": -1}, "align": "same_elapsed"}
    definition = RATE | {
        "period": {"field": "created_at", "range": {"from": "2026-02-01", "to": "2026-03-01"}},
        "compare": {"shift": {"unit": "period", "n": -1}, "align": "whole"},
        "measures": [{"id": "m1", "ref": "lead.count"}],
    }
    page = get(client, NEW, type="lead", definition=definition)
    assert table(page) == [
        ["Fair", "5", "0", "+5"],
        ["Mail", "0", "3", "−3 (−100 %)"],
        ["All together", "5", "3", "+2 (+66.7 %)"],
    ]
    bars = drawn(page)["bars"]
    assert [bar["before"]["value"] for bar in bars] == [0.0, 3.0]
    assert drawn(page)["before"] == "Before"
    score = get(
        client, NEW, type="lead", definition=definition | {"rows": [], "chart": {"kind": "scorecard"}}
    )
    assert "+2 (+66.7 %)" in text(score)


def test_a_scorecard_says_in_one_sentence_what_its_rate_counts(client: Client, leads: None) -> None:
    score = get(client, NEW, type="lead", definition=RATE | {"rows": [], "chart": {"kind": "scorecard"}})
    assert re.search(r"\d of \d leads converted", text(score))


def test_only_the_largest_groups_are_shown_when_asked(client: Client, leads: None) -> None:
    assert after(client, top="5")["rows"][0]["top"] == {"n": 5, "by": "m1", "other": True}
    one = RATE | {
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "rows": [{"id": "d1", "field": "source", "top": {"n": 1, "by": "m1", "other": True}}],
    }
    page = get(client, NEW, type="lead", definition=one)
    assert [row[0] for row in table(page)] == ["Fair", "Other", "All together"]
    assert "Largest 1" in text(page)


def test_a_period_is_locked_for_dashboards(client: Client, leads: None) -> None:
    locked = after(client, lock="1")
    assert locked["period"]["locked"] is True


def test_several_measures_of_a_kind_are_drawn_beside_each_other(client: Client, leads: None) -> None:
    page = client.get(NEW, {"type": "lead.performance"})
    chart = drawn(page)
    assert len(chart["segments"]) == 3
    assert not chart["stacked"]
    assert chart["bars"][1]["parts"][0]["value"] == 5.0
    assert chart["segments"][1] in text(page)


def test_only_groups_that_meet_a_condition_on_their_numbers_are_shown(client: Client, leads: None) -> None:
    line = {"having": "set", "having_by": ("m1", "m2", "m2"), "having_op": (">=", ">", ">=")}
    both = after(client, **line, having_value=("40", "3", ""), having_mode="any")
    assert both["having"] == {
        "any": [{"field": "m1", "op": ">=", "value": 40}, {"field": "m2", "op": ">", "value": 3}]
    }
    one = after(client, **line, having_value=("", "3.5", ""))
    assert one["having"] == {"field": "m2", "op": ">", "value": 3.5}
    shown = get(client, NEW, type="lead", definition=one)
    assert [row[0] for row in table(shown)] == ["Fair", "All together"]
    assert "1 of 2 groups meet the condition (Number of leads is more than 3.5)." in text(shown)
    assert "Remove: Number of leads is more than 3.5" in shown.content.decode()
    kept = {"type": "lead", "definition": one, "apply": "1"}
    for control in ({"having": ""}, {"view_by": ""}, {"measure": "lead.value.sum"}):
        answer = get(client, NEW, **kept, **control)
        changed = client.get(answer["Location"])
        # Another measure leaves the condition where the count stays beside it under its name.
        assert changed.status_code == 200
        assert ("more than 3.5" in text(changed)) == (control == {"measure": "lead.value.sum"})


def test_a_condition_that_means_nothing_is_named_beside_a_way_back(client: Client, leads: None) -> None:
    broken = RATE | {"having": {"field": "m1", "op": ">=", "value": "many"}}
    answer = get(client, NEW, type="lead", definition=broken)
    assert answer.status_code == 422
    assert "Give a number." in text(answer)
    assert "Show all groups" in text(answer)


def test_a_file_of_figures_says_which_groups_it_has(client: Client, leads: None) -> None:
    definition = RATE | {"having": {"field": "m1", "op": "<", "value": 10}}
    query = {"type": "lead", "definition": definition, "what": "figures", "format": "csv"}
    lines = b"".join(get(client, "/reports/export/", **query).streaming_content).decode().splitlines()
    assert [line.split(",")[0].strip('"﻿') for line in lines[1:]] == ["Mail", "All together"]
