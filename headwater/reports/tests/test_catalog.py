"""What designers are offered works."""

import pytest

from headwater.reports.catalog import report_type, report_types
from headwater.reports.run import run
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


def test_every_offered_dimension_and_measure_of_every_object_runs(company):
    for kind in report_types(company.all_seeing):
        root = kind.entry.name
        refs = [measure.ref for measure in kind.measures]
        assert f"{root}.count" in refs
        for dimension in kind.dimensions:
            for grain in [key for key, _label in dimension.grains] or [""]:
                row = {"field": dimension.key} | ({"grain": grain} if grain else {})
                assert (
                    run(company.all_seeing, {"root": root, "measures": refs[:1], "rows": [row]}).rows
                    is not None
                )
        for ref in refs:
            assert run(company.all_seeing, {"root": root, "measures": [ref]}).totals.grand is not None


def test_every_shipped_report_is_correct_as_it_is(company):
    presets = [preset for kind in report_types(company.all_seeing) for preset in kind.presets]
    assert "lead.conversion" in {preset.key for preset in presets}
    for preset in presets:
        assert run(company.all_seeing, preset.definition()).title
        assert preset.to_json()["definition"]["preset"] == preset.key


def test_leads_can_be_viewed_by_everything_a_lead_has():
    offered = {dimension.key for dimension in report_type("lead").dimensions}
    assert offered >= {
        "archived_at", "converted_at", "created_at", "next_contact_at", "updated_at", "primary_contact",
        "created_by", "currency", "labels", "source", "status", "organization", "owner", "owner.is_active",
        "source_channel", "source_channel_id", "source_origin", "owner.team", "name",
    }  # fmt: skip


def test_nothing_is_offered_to_who_may_see_nothing(company, stranger):
    assert report_types(Actor(stranger)) == []
    offered = {kind.entry.name for kind in report_types(company.team_reader)}
    assert "lead" in offered


def test_a_report_type_is_plain_data(company):
    data = report_type("lead").to_json()
    created = next(one for one in data["dimensions"] if one["key"] == "created_at")
    assert [grain["key"] for grain in created["grains"]][:3] == ["day", "week", "month"]
    assert {one["key"] for one in data["dates"]} >= {"created_at", "converted_at"}
    assert data["presets"][0]["label"] == "Conversion"
