"""The main job on a real funnel: leads and deals from spreadsheets, the report, every bar opened."""

import pytest

from headwater.pipeline.models import Lead
from headwater.testing.funnel import BY_MONTH, BY_SOURCE, NEEDED, bring_funnel, leads_by, truth, won

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


def check_bars(api, definition, expected, members):
    """Hold every bar against the truth, and every drill against its bar, the list and the rows of the files.

    ``expected`` are leads and conversions of each bar; ``members`` the external ids of its leads.
    """
    external_ids, converted = dict(Lead.unscoped.values_list("pk", "external_id")), won()
    assert members.keys() == expected.keys()
    result = api.post("reports/run", definition).json()
    rows = {row["key"]["d1"]: row for row in result["rows"]}
    assert rows.keys() == expected.keys()
    for key, (leads, conversions) in expected.items():
        cell = rows[key]["cells"]["m1"]
        assert (cell["numerator"], cell["denominator"]) == (conversions, leads)
        assert cell["value"] == pytest.approx(100 * conversions / leads)
        counted, tree = drilled(api, definition, key)
        assert len(counted) == leads
        assert {external_ids[pk] for pk in counted} == members[key]
        counted_as_won = {external_ids[pk] for pk, counts_as in counted.items() if counts_as == "converted"}
        assert counted_as_won == members[key] & converted
        assert len(counted_as_won) == conversions
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
    of_source = {sources[word] if word else None: ids for word, ids in leads_by(_origin).items()}
    check_bars(api, BY_SOURCE, by_source, of_source)
    by_month = {
        f"{month}-01": (row["mqls"], row["won"]) for month, row in answers["by_month_first_contact"].items()
    }
    check_bars(api, BY_MONTH, by_month, leads_by(_first_of_month))


def _origin(row):
    return row["origin"]


def _first_of_month(row):
    """Return the first day of the month of a row's first contact, which is written 01-02-2018."""
    _day, month, year = row["first_contact_date"].split("-")
    return f"{year}-{month}-01"
