"""The main job on a real funnel: leads and deals from spreadsheets, the report, every bar opened.

The public data of a marketplace is not ours to ship. It is looked for beside the checkout, with
answers that somebody else computed; without it this test is skipped.
"""

import csv
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.jobs.services import run_until_idle

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "olist_funnel"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
DEALS = FOLDER / "olist_closed_deals_dataset.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"the funnel's data is not at {FOLDER}"),
]

BY_SOURCE = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.conversion_rate"}],
    "rows": [{"id": "d1", "field": "source"}],
    "totals": ["grand"],
}
BY_MONTH = BY_SOURCE | {"rows": [{"id": "d1", "field": "created_at", "grain": "month"}]}


@pytest.fixture
def truth():
    return json.loads((FOLDER / "truth.json").read_text())


@pytest.fixture
def api(api_of, administrator, organization):
    # The data has no zone; days are days, so the organization counts them where they were written.
    organization.zone = "UTC"
    organization.save()
    return api_of(administrator)


def bring(api, path, **form):
    words = {
        key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in form.items()
    }
    file = SimpleUploadedFile(path.name, path.read_bytes())
    started = api.upload("imports", {"object": "lead", "file": file} | words)
    assert started.status_code == 202, started.content
    run_until_idle()
    done = api.client.get(started.headers["Location"]).json()
    assert done["state"] == "done", done
    return done["counts"]


@pytest.fixture
def funnel(api):
    """Both files brought in as a person would: leads first, then the deals by external id."""
    leads = bring(
        api,
        LEADS,
        mapping={
            "mql_id": "external_id",
            "origin": "source",
            "first_contact_date": "created_at",
            "landing_page_id": "",
        },
        mode="create",
        create_choices="true",
        date_format="dmy",
    )
    assert leads == {"created": 8000, "updated": 0, "unchanged": 0, "failed": 0}
    with DEALS.open(newline="", encoding="utf-8") as file:
        others = [header for header in next(csv.reader(file)) if header not in ("mql_id", "won_date")]
    deals = bring(
        api,
        DEALS,
        mapping={"mql_id": "external_id", "won_date": "converted_at"} | dict.fromkeys(others, ""),
        mode="update",
        match=["external_id"],
    )
    assert deals == {"created": 0, "updated": 842, "unchanged": 0, "failed": 0}
    return api


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


def test_the_report_equals_the_truth_bar_by_bar(funnel, truth):
    """One deal was won before its first contact: it counts all the same."""
    sources = {c["label"]: c["key"] for c in funnel.get("sources").json()["items"]}
    by_source = {
        None if label == "(blank)" else sources[label]: (row["mqls"], row["won"])
        for label, row in truth["origin"].items()
    }
    check_bars(funnel, BY_SOURCE, by_source)
    by_month = {
        f"{month}-01": (row["mqls"], row["won"]) for month, row in truth["by_month_first_contact"].items()
    }
    check_bars(funnel, BY_MONTH, by_month)
