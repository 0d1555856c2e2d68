"""The main job on a real funnel: leads and deals from spreadsheets, the report, every bar opened."""

import pytest

from headwater.testing.funnel import BY_MONTH, BY_SOURCE, NEEDED, bring_funnel, truth

pytestmark = [pytest.mark.django_db, pytest.mark.slow, NEEDED]


@pytest.fixture
def api(api_of, administrator, organization):
    # The data has no zone; days are days, so the organization counts them where they were written.
    organization.zone = "UTC"
    organization.save()
    return api_of(administrator)


def drilled(api, definition, key):
    """Open a bar to its last page; return what each record counts as."""
    found, after = {}, None
    while True:
        question = {"definition": definition, "cell": {"row": {"d1": key}, "measure": "m1"}, "limit": 500}
        page = api.post("reports/drill", question | ({"after": after} if after else {})).json()
        for item in page["items"]:
            assert item["id"] not in found
            found[item["id"]] = item["counts_as"]
        after = page["next"]
        if after is None:
            return found, page["filter"]


def check_bars(api, definition, expected):
    """Hold every bar against the truth, and every drill against its bar and against the list."""
    result = api.post("reports/run", definition).json()
    rows = {row["key"]["d1"]: row for row in result["rows"]}
    assert rows.keys() == expected.keys()
    for key, (leads, won) in expected.items():
        cell = rows[key]["cells"]["m1"]
        assert (cell["numerator"], cell["denominator"]) == (won, leads)
        assert cell["value"] == pytest.approx(100 * won / leads)
        counted, tree = drilled(api, definition, key)
        assert len(counted) == leads
        assert sum(counts_as == "converted" for counts_as in counted.values()) == won
        listed = api.get("leads", filter=tree, count="exact", limit=1).json()
        assert listed["count"] == {"value": leads, "exact": True}
    total = result["totals"]["grand"]["m1"]
    assert (total["numerator"], total["denominator"]) == (842, 8000)
    assert total["value"] == pytest.approx(10.525)


def test_the_report_equals_the_truth_bar_by_bar(api):
    bring_funnel(api)
    answers = truth()
    sources = {c["label"]: c["key"] for c in api.get("sources").json()["items"]}
    by_source = {
        None if label == "(blank)" else sources[label]: (row["mqls"], row["won"])
        for label, row in answers["origin"].items()
    }
    check_bars(api, BY_SOURCE, by_source)
    by_month = {
        f"{month}-01": (row["mqls"], row["won"]) for month, row in answers["by_month_first_contact"].items()
    }
    check_bars(api, BY_MONTH, by_month)
