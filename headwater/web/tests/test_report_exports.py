"""Taking a report away as a file."""

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from headwater.access.models import Action, RoleRight, Scope
from headwater.history.models import Disclosure
from headwater.reports.services import save_report, share_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import User
from headwater.web.tests.reports_helpers import FAIR, RATE, ClientOf, bring_leads, get, text
from headwater.web.views.reports import tables

FILES = "/reports/export/"
MONTHS = RATE | {
    "measures": [{"id": "m1", "ref": "lead.count"}],
    "rows": [{"id": "d1", "field": "created_at", "grain": "month"}],
    "period": {"field": "created_at", "range": {"from": "2026-01-01", "to": "2026-03-01"}},
}


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    bring_leads(seller_north, seller_south)


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    content: bytes = b"".join(answer.streaming_content)
    return content


def csv_rows(answer: Any) -> list[list[str]]:
    content = body(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheets(answer: Any) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(answer)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def file(client: Client, what: str, format: str, definition: Any, **more: Any) -> Any:
    return get(client, FILES, type="lead", definition=definition, what=what, format=format, **more)


def test_figures_are_the_table_with_unrounded_numbers(client: Client, leads: None) -> None:
    answer = file(client, "figures", "csv", RATE)
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert csv_rows(answer) == [
        [
            "Source",
            "Lead conversion rate",
            "Lead conversion rate: part",
            "Lead conversion rate: whole",
        ],
        ["Fair", "40.0", "2", "5"],
        ["Mail", "0.0", "0", "3"],
        ["All together", "25.0", "2", "8"],
    ]
    book = sheets(file(client, "figures", "xlsx", RATE))
    assert book["Figures"][1] == ["Fair", 0.4, 2, 5]
    about = {row[0]: row[1] for row in book["About"]}
    assert about["Time zone"] == "Europe/Riga"
    assert about["Whose records"] == "All leads: you may see every one."


def test_months_are_dates_and_segments_are_columns(client: Client, leads: None) -> None:
    assert sheets(file(client, "figures", "xlsx", MONTHS))["Figures"] == [
        ["Created (month)", "Number of leads"],
        [date(2026, 1, 1), 3],
        [date(2026, 2, 1), 5],
        ["All together", 8],
    ]
    cut = MONTHS | {"columns": [{"id": "d2", "field": "owner"}], "totals": ["grand", "columns"]}
    assert csv_rows(file(client, "figures", "csv", cut)) == [
        ["Created (month)", "Nora", "Sam", "All together"],
        ["2026-01-01", "", "3", "3"],
        ["2026-02-01", "5", "", "5"],
        ["All together", "5", "3", "8"],
    ]


@pytest.mark.parametrize(
    ("grain", "label"), [("month", "2026-02-01"), ("quarter", "Q1 2026"), ("year", "2026-01-01")]
)
def test_files_count_years_in_the_common_era_for_every_reader(
    client_of: ClientOf, administrator: User, leads: None, grain: str, label: str
) -> None:
    User.objects.filter(pk=administrator.pk).update(calendar="buddhist")
    reader = client_of(User.objects.get(pk=administrator.pk))
    definition = RATE | {"rows": [{"id": "d1", "field": "created_at", "grain": grain}]}
    assert label in {row[0] for row in csv_rows(file(reader, "figures", "csv", definition))}
    assert "2569" in text(get(reader, "/reports/new/", type="lead", definition=definition))


def test_compared_figures_take_the_time_before_along(client: Client, leads: None) -> None:
    definition = MONTHS | {
        "rows": [{"id": "d1", "field": "source"}],
        "period": {"field": "created_at", "range": {"from": "2026-02-01", "to": "2026-03-01"}},
        "compare": {"shift": {"unit": "period", "n": -1}, "align": "whole"},
    }
    assert csv_rows(file(client, "figures", "csv", definition)) == [
        ["Source", "Number of leads", "Number of leads: before", "Number of leads: change"],
        ["Fair", "5", "0", "5"],
        ["Mail", "0", "3", "-3"],
        ["All together", "5", "3", "2"],
    ]


def test_records_are_those_of_the_mark_with_real_numbers_and_instants(
    client: Client, leads: None, seller_north: User
) -> None:
    make_lead(seller_north, last_name="Rich", source="fair", created_at="2026-02-02T10:00:00Z", value="12.50")
    definition = RATE | {"table": {"columns": ["owner", "value", "created_at", "labels", "source"]}}
    rows = sheets(file(client, "records", "xlsx", definition, mark=FAIR))["Leads"]
    assert rows[0] == [
        "Name",
        "Counts as",
        "Owner",
        "Value",
        "Value: currency",
        "Created",
        "Labels",
        "Source",
    ]
    assert len(rows) == 7
    rich = next(row for row in rows if row[0].endswith("Rich"))
    assert rich[1:] == [
        "Not converted",
        "Nora",
        12.5,
        "EUR",
        datetime(2026, 2, 2, 12, 0),  # noqa: DTZ001  # the wall clock of Riga
        "",
        "Fair",
    ]


def test_no_cell_is_a_formula(client: Client, seller_north: User) -> None:
    for name in ("=1+1", "@sum", "+371 20000000", "\t=x"):
        make_lead(seller_north, last_name="Smith", organization_name=name, phone="", website="")
    definition = RATE | {"rows": [], "table": {"columns": ["organization_name"]}}
    texts = {row[2] for row in csv_rows(file(client, "records", "csv", definition))[1:]}
    assert texts == {"'=1+1", "'@sum", "+371 20000000", "'=x"}
    cells = {row[2] for row in sheets(file(client, "records", "xlsx", definition))["Leads"][1:]}
    assert cells == {"=1+1", "@sum", "+371 20000000", "=x"}


def test_a_file_that_stops_says_so(client: Client, leads: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_RECORDS", 2)
    rows = csv_rows(file(client, "records", "csv", RATE))
    assert len(rows) == 4
    assert rows[-1][0].startswith("This file ends after 2 records, and there are more.")
    monkeypatch.setattr(tables, "MOST_RECORDS", 50)
    assert not any("This file ends" in row[0] for row in csv_rows(file(client, "records", "csv", RATE)))


def test_records_need_the_right_to_export_and_reach_as_far_as_it(
    client_of: ClientOf, leads: None, administrator: User, manager: User, seller_north: User
) -> None:
    shared = save_report(actor_of(administrator), name="Ours", definition=RATE)
    share_report(actor_of(administrator), shared.pk, Readers(everybody=True))
    RoleRight.objects.filter(role=seller_north.role, action=Action.EXPORT).delete()
    hers = client_of(seller_north)
    words: dict[str, str] = {"report": str(shared.pk), "what": "records", "format": "csv"}
    assert hers.get(FILES, words).status_code == 403
    assert "records&" not in hers.get(f"/reports/{shared.pk}/").content.decode()
    assert csv_rows(hers.get(FILES, words | {"what": "figures"}))[1][0] == "Fair"
    RoleRight.objects.update_or_create(
        role=seller_north.role, object="*", action=Action.SEE, defaults={"scope": Scope.ALL}
    )
    RoleRight.objects.create(role=seller_north.role, object="*", action=Action.EXPORT, scope=Scope.OWN)
    names = {row[0] for row in csv_rows(hers.get(FILES, words))[1:]}
    assert len(names) == 5, "she sees all eight and may take her own along"
    assert all("Fair" in name for name in names)


def test_an_export_is_kept(client: Client, leads: None, administrator: User) -> None:
    file(client, "records", "xlsx", RATE | {"name": "Fairs"}, mark=FAIR)
    kept = Disclosure.objects.get(act=Disclosure.Act.EXPORT)
    assert (kept.object, kept.rows, kept.user) == ("lead", 5, administrator)
    assert (kept.about["form"], kept.about["name"], kept.about["definition"]["root"]) == (
        "xlsx",
        "Fairs",
        "lead",
    )


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"what": "nothing", "format": "csv"}, 404),
        ({"what": "figures", "format": "pdf"}, 404),
        ({"what": "figures", "format": "csv", "definition": "{"}, 422),
        ({"what": "figures", "format": "csv", "definition": '{"root":"lead"}'}, 422),
        ({"what": "records", "format": "csv", "definition": '{"root":"lead","rows":["sauce"]}'}, 422),
    ],
)
def test_nonsense_is_answered(client: Client, words: dict[str, str], status: int) -> None:
    answer = client.get(FILES, {"type": "lead", **words})
    assert answer.status_code == status
    assert status == 404 or "cannot be" in text(answer) or "not" in text(answer)


def test_a_report_without_a_usable_name_still_has_a_file(client: Client, leads: None) -> None:
    for name in ("???", "../../etc", "ร\r\nSet-Cookie: x"):
        report = save_report(actor_of(User.objects.get(name="Administrator")), name=name, definition=RATE)
        answer = client.get(FILES, {"report": str(report.pk), "what": "figures", "format": "csv"})
        assert answer.status_code == 200
        assert "/" not in answer["Content-Disposition"]
        assert "\n" not in answer["Content-Disposition"]
