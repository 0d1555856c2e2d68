"""Recorded and generated lists with independent truth; skipped where the folder is absent."""

import csv
import io
import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headwater.customers.models import Contact
from headwater.pipeline.models import Opportunity
from headwater.testing.factories import make_customer
from headwater.transfer import services
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.header import data_rows, find_header
from headwater.transfer.files.opening import open_table
from headwater.transfer.tests.helpers import codes, counts, living_leads, run, upload
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.users.services import update_organization

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).resolve().parents[4] / "shared"))
LISTS = SHARED / "data" / "contacts" / "generated"
SPECTRUM = SHARED / "data" / "csv" / "csv_spectrum"
ROUNDCUBE = SHARED / "data" / "contacts" / "roundcube_csv2vcard"
WORKBOOKS = SHARED / "data" / "csv" / "creme_xls_variants"
SCRIPTS = {
    "thai_tis620.csv": "TH",
    "thai_windows874_semicolon.csv": "TH",
    "latvian_windows1257_semicolon.csv": "LV",
    "thai_utf8_bom_excel.csv": "TH",
    "khmer_utf16le_tab.csv": "KH",
}


def truth_files() -> list[str]:
    path = LISTS / "truth.json"
    return list(json.loads(path.read_text())["files"]) if path.exists() else []


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LISTS.exists(), reason=f"the recorded lists are not here ({LISTS})"),
]


def truth_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((LISTS / "truth.json").read_text())["files"][name]
    return found


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_lists_in_every_script_bring_their_people_and_phones(administrator: User, name: str) -> None:
    """Nobody names the encoding or the delimiter; both are told from the bytes."""
    update_organization(phone_region=SCRIPTS[name])
    truth = truth_of(name)
    fields = ["first_name", "last_name", "email", "phone"]
    mapping = dict(zip(truth["header"][:4], fields, strict=True))
    done = run(administrator, "contact", (LISTS / name).read_bytes(), mapping=mapping)
    assert done.counts == counts(created=truth["rows"])
    made = list(Contact.unscoped.order_by("pk"))
    assert [getattr(contact, "phone_e164", "") for contact in made] == truth["e164"]
    rows = rows_by_codec(name)
    assert [getattr(contact, "last_name", "") for contact in made] == [row[1] for row in rows]
    if "first" in truth:
        assert [getattr(contact, "first_name", "") for contact in made] == truth["first"]


def rows_by_codec(name: str) -> list[list[str]]:
    """The rows of a list as Python's own codec and csv module read them."""
    truth = truth_of(name)
    codec = "utf-16" if truth["encoding"] == "utf-16-le" else truth["encoding"]
    text = (LISTS / name).read_bytes().decode(codec)
    return list(csv.reader(text.splitlines(), delimiter=truth["delimiter"]))[1:]


@pytest.mark.parametrize("name", [name for name in truth_files() if name.endswith(".csv")])
def test_every_list_is_read_in_the_encoding_and_with_the_delimiter_of_its_truth(name: str) -> None:
    truth = truth_of(name)
    if "encoding" not in truth:
        pytest.skip("this list is broken on purpose")
    table = open_table(LISTS / name)
    same = {"utf-16-le": "utf-16"} if truth["bom"] else {}
    assert table.info.encoding == same.get(truth["encoding"], truth["encoding"])
    assert table.info.encoding_certain == truth["encoding"].startswith("utf")
    assert table.info.delimiter == truth["delimiter"]
    header = find_header(table)
    assert list(header.names) == truth["header"]
    assert sum(1 for _row in data_rows(table, header)) == truth["rows"]


def test_an_export_of_outlook_in_a_baltic_encoding_keeps_its_names(administrator: User) -> None:
    done = run(administrator, "contact", (LISTS / "outlook_2019_cp1257.csv").read_bytes(), dry_run=False)
    with (LISTS / "outlook_2019_cp1257.csv").open(encoding="cp1257", newline="") as file:
        names = [row["Last Name"] for row in csv.DictReader(file)]
    assert done.total_rows == truth_of("outlook_2019_cp1257.csv")["rows"] == len(names)
    assert [getattr(each, "last_name", "") for each in Contact.unscoped.order_by("pk")] == names


def test_deals_add_up_to_what_the_other_program_says(administrator: User) -> None:
    """Some values carry thousands commas; the sums by currency are independent truth."""
    with (LISTS / "pipedrive_deals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {"Organization": row["Organization"] or "Private"} for row in csv.DictReader(file)]
    for name in {row["Organization"] for row in rows}:
        make_customer(administrator, name=name)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    mapping = {
        "ID": "external_id",
        "Title": "title",
        "Organization": "customer",
        "Value": "amount",
        "Currency of Value": "currency",
    }
    truth = truth_of("pipedrive_deals.csv")
    done = run(administrator, "opportunity", text.getvalue().encode(), mapping=mapping, decimal_mark=".")
    assert done.counts == counts(created=truth["rows"]), done.causes
    found: dict[str, Decimal] = {}
    for deal in Opportunity.unscoped.all():
        found[deal.currency] = found.get(deal.currency, Decimal(0)) + deal.amount
    assert {key: float(total) for key, total in found.items()} == {
        currency: round(sum(total for _count, total in states.values()), 2)
        for currency, states in truth["sum_by_currency_status"].items()
    }


def test_a_list_of_several_encodings_is_asked_about(administrator: User) -> None:
    draft = upload(administrator, "contact", (LISTS / "mixed_encodings.csv").read_bytes())
    with pytest.raises(FileProblem) as caught:
        services.preview(Actor(administrator), draft.pk)
    assert caught.value.code == "encoding_needed"


@pytest.mark.parametrize("name", ["email", "gmail", "outlook", "tb_plain"])
def test_exports_of_mail_programs_are_recognized(administrator: User, name: str) -> None:
    """The vCards beside the lists, made by another program, hold the addresses."""
    draft = upload(administrator, "contact", (ROUNDCUBE / f"{name}.csv").read_bytes())
    preview = services.preview(Actor(administrator), draft.pk)
    place = next(i for i, each in enumerate(preview.columns) if each.decision.field == "email")
    card = (ROUNDCUBE / f"{name}.vcf").read_text(encoding="utf-8")
    mails = re.findall(r"^EMAIL[^:]*:(\S+)", card, re.MULTILINE)
    assert preview.rows[0][place] in mails


@pytest.mark.parametrize(
    ("name", "code"),
    [("data-xls5.0-95.xls", "old_workbook"), ("data-xls97-2003.xls", "old_workbook"), ("data-xlsx.xlsx", "")],
)
def test_workbooks_of_every_age_are_read_or_named(name: str, code: str) -> None:
    if not code:
        assert any(row.cells for row in open_table(WORKBOOKS / name).rows())
        return
    with pytest.raises(FileProblem) as caught:
        open_table(WORKBOOKS / name)
    assert caught.value.code == code


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
