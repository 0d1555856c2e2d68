"""A real funnel: leads and closed deals of a marketplace, with answers that somebody else computed.

The public data is not ours to ship. It is looked for beside the checkout; tests that need it are
skipped without it.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.jobs.services import run_until_idle
from headwater.testing.api import Api

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "olist_funnel"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
DEALS = FOLDER / "olist_closed_deals_dataset.csv"
NEEDED = pytest.mark.skipif(not FOLDER.exists(), reason=f"the funnel's data is not at {FOLDER}")

BY_SOURCE: dict[str, Any] = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.conversion_rate"}],
    "rows": [{"id": "d1", "field": "source"}],
    "totals": ["grand"],
}
BY_MONTH = BY_SOURCE | {"rows": [{"id": "d1", "field": "created_at", "grain": "month"}]}


def truth() -> dict[str, Any]:
    """Return the answers, computed independently of the product."""
    answers: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text())
    return answers


def leads_by(part: Callable[[dict[str, str]], str]) -> dict[str, set[str]]:
    """Return the external ids of the leads' file, by a part of each row."""
    found: dict[str, set[str]] = {}
    for row in _rows(LEADS):
        found.setdefault(part(row), set()).add(row["mql_id"])
    return found


def won() -> set[str]:
    """Return the external ids of the leads with a deal."""
    return {row["mql_id"] for row in _rows(DEALS)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bring_funnel(api: Api, work: Callable[[], object] = run_until_idle) -> None:
    """Bring both files in as a person would: leads first, then the deals by external id.

    One deal was won before its first contact; it counts all the same.
    """
    leads = _bring(
        api,
        work,
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
    deals = _bring(
        api,
        work,
        DEALS,
        mapping={"mql_id": "external_id", "won_date": "converted_at"} | dict.fromkeys(others, ""),
        mode="update",
        match=["external_id"],
    )
    assert deals == {"created": 0, "updated": 842, "unchanged": 0, "failed": 0}


def _bring(api: Api, work: Callable[[], object], path: Path, **form: Any) -> Any:
    words = {
        key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in form.items()
    }
    file = SimpleUploadedFile(path.name, path.read_bytes())
    started = api.upload("imports", {"object": "lead", "file": file} | words)
    assert started.status_code == 202, started.content
    work()
    done = api.client.get(started.headers["Location"]).json()
    assert done["state"] == "done", done
    return done["counts"]
