"""Recorded and generated lists with independent truth; skipped where the folder is absent."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from headwater.customers.models import Contact
from headwater.transfer.files.opening import open_table
from headwater.transfer.tests.helpers import codes, counts, living_leads, run
from headwater.users.models import User
from headwater.users.services import update_organization

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).resolve().parents[4] / "shared"))
LISTS = SHARED / "data" / "contacts" / "generated"
SPECTRUM = SHARED / "data" / "csv" / "csv_spectrum"
LEGACY = {
    "thai_tis620.csv": "TH",
    "thai_windows874_semicolon.csv": "TH",
    "latvian_windows1257_semicolon.csv": "LV",
}
UNICODE = {"thai_utf8_bom_excel.csv": "TH", "khmer_utf16le_tab.csv": "KH"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LISTS.exists(), reason=f"the recorded lists are not here ({LISTS})"),
]


def truth_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((LISTS / "truth.json").read_text())["files"][name]
    return found


@pytest.mark.parametrize(("name", "region"), [*UNICODE.items(), *LEGACY.items()])
def test_lists_in_every_script_bring_their_people_and_phones(
    administrator: User, name: str, region: str
) -> None:
    update_organization(phone_region=region)
    truth = truth_of(name)
    options = {"encoding": truth["encoding"]} if name in LEGACY else {}
    options |= {
        "mapping": dict(zip(truth["header"][:4], ["first_name", "last_name", "email", "phone"], strict=True))
    }
    done = run(administrator, "contact", (LISTS / name).read_bytes(), **options)
    assert done.counts == counts(created=truth["rows"])
    made = list(Contact.unscoped.order_by("pk"))
    assert [getattr(contact, "phone_e164", "") for contact in made] == truth["e164"]
    if "first" in truth:
        assert [getattr(contact, "first_name", "") for contact in made] == truth["first"]


@pytest.mark.parametrize(
    ("name", "object_name", "left_out"),
    [("hubspot_contacts.csv", "lead", {"Contact owner", "Lead Status"}),
     ("salesforce_leads_dataloader.csv", "lead", {"Status", "OwnerId"}),
     ("google_contacts_2024.csv", "contact", set())],
)  # fmt: skip
def test_exports_of_other_programs_need_no_mapping(
    administrator: User, name: str, object_name: str, left_out: set[str]
) -> None:
    content = (LISTS / name).read_bytes()
    rehearsed = run(administrator, object_name, content, dry_run=True, create_choices=True)
    columns = {cause["column"] for cause in rehearsed.causes}
    assert columns <= left_out | {"E-mail 1 - Value", "Email", "Owner"}
    assert rehearsed.total_rows == truth_of(name)["rows"]


def test_business_dates_and_ids_of_an_export(administrator: User) -> None:
    name = "salesforce_leads_dataloader.csv"
    mapping = {
        "Id": "external_id",
        "LastName": "last_name",
        "Company": "organization_name",
        "CreatedDate": "created_at",
    }
    done = run(administrator, "lead", (LISTS / name).read_bytes(), mapping=mapping)
    assert done.counts == counts(created=100)
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        rows = {row["Id"]: row for row in csv.DictReader(file)}
    for lead in living_leads():
        assert f"{lead.created_at:%Y-%m-%dT%H:%M:%S.000+0000}" == rows[lead.external_id]["CreatedDate"]


def test_a_messy_workbook_under_a_title(administrator: User) -> None:
    mapping = {
        "First": "first_name",
        "Last": "last_name",
        "Email": "email",
        "Mobile": "mobile",
        "Born": "birthday",
    }
    done = run(
        administrator,
        "contact",
        (LISTS / "contacts_messy.xlsx").read_bytes(),
        name="messy.xlsx",
        mapping=mapping,
    )
    assert done.counts == counts(created=90)
    assert all(getattr(contact, "birthday", None) for contact in Contact.unscoped.all())


def test_a_malformed_list_loses_only_its_broken_lines(administrator: User) -> None:
    done = run(
        administrator,
        "contact",
        (LISTS / "malformed.csv").read_bytes(),
        mapping={"name": "last_name", "email": "email", "phone": "phone"},
    )
    assert done.counts == counts(created=3, failed=3)
    assert codes(done) == {"broken_quotes": 1, "extra_cells": 1, "not_email": 1}


def test_a_list_with_doubles_is_told_apart_by_its_key(administrator: User) -> None:
    content = (LISTS / "duplicates.csv").read_bytes()
    options: dict[str, Any] = {"mode": "upsert", "match": ["email"], "mapping": None}
    done = run(administrator, "contact", content, dry_run=True, **options)
    with (LISTS / "duplicates.csv").open(encoding="utf-8", newline="") as file:
        mails = [row["email"].strip().casefold() for row in csv.DictReader(file)]
    assert done.counts["created"] == len({mail for mail in mails if mail})
    assert codes(done)["no_match_value"] == mails.count("")


@pytest.mark.skipif(not SPECTRUM.exists(), reason=f"the CSV acid test is not here ({SPECTRUM})")
def test_the_csv_acid_test() -> None:
    # the answer that stands beside location_coordinates.csv is of another file
    files = [
        path for path in sorted((SPECTRUM / "csvs").glob("*.csv")) if path.stem != "location_coordinates"
    ]
    assert len(files) >= 11
    for path in files:
        expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text())
        header, *rows = [row.cells for row in open_table(path, delimiter=",").rows() if row.cells]
        found = [dict(zip(header, row, strict=True)) for row in rows]
        assert [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in found] == [
            {k: v.replace("\r\n", "\n") for k, v in row.items()} for row in expected
        ], path.name
