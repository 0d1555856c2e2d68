"""Lengths of time on pages: typed and shown in words of the reader's language, and in files."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.transfer.tests import helpers
from headwater.transfer.tests.helpers import living_leads
from headwater.users.models import User
from headwater.web.tests.imports_helpers import columns_of, go, prepare
from headwater.web.tests.reports_helpers import NEW, drawn, get, table, text
from headwater.web.tests.test_filters import FormReader, form_of

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
KEY = "cf_visit"


@pytest.fixture
def client(client_of: Any, administrator: User) -> Client:
    boss: Client = client_of(administrator)
    given = {"kind": "duration", "label": "Visit", "default": "1:30", "section": "Visits"}
    assert boss.post("/settings/fields/leads/new/", given).status_code == 302
    return boss


@pytest.mark.parametrize(
    ("language", "shown", "typed"),
    [
        ("en", "1 h 30 min", "2.5 h"),
        ("lv", "1 h 30 min", "2,5 stundas"),
        ("th", "1 ชม. 30 นาที", "๒ ชม. ๓๐ นาที"),
        ("km", "1 ម៉ោង 30 នាទី", "២ ម៉ោង ៣០ នាទី"),
    ],
)
def test_forms_take_and_show_it_in_words(
    client: Client, client_of: Any, administrator: User, language: str, shown: str, typed: str
) -> None:
    User.objects.filter(pk=administrator.pk).update(language=language)
    reader = client_of(User.objects.get(pk=administrator.pk))
    assert f'value="{shown}"' in reader.get("/leads/new/").content.decode()
    made = reader.post("/leads/new/", {"first_name": "A", KEY: typed})
    assert made.status_code == 302, text(made)
    assert Lead.unscoped.get().custom[KEY] == 9_000


def test_a_number_alone_is_asked_back(client: Client) -> None:
    answer = client.post("/leads/new/", {"first_name": "A", KEY: "90"})
    assert answer.status_code == 422
    assert "“90” needs a unit: write 90 min, 90 h or 90 s." in text(answer)
    assert 'value="90"' in answer.content.decode()
    assert client.post("/leads/new/", {"first_name": "A", KEY: "PT90M"}).status_code == 302


def test_it_is_edited_in_place_and_told_in_history(client: Client, administrator: User) -> None:
    lead = make_lead(administrator, **{KEY: "1:30"})
    key = next(section.key for section in registry.get("lead").sections if KEY in section.fields)
    address = f"/leads/{lead.pk}/sections/{key}/"
    form = FormReader()
    form.feed(client.get(address, headers=PART).content.decode())
    assert form.values[KEY] == ["1 h 30 min"]
    assert client.post(address, form.values, headers=PART).status_code == 200
    lead.refresh_from_db()
    assert lead.version == 1
    assert client.post(address, form.values | {KEY: "2:00"}, headers=PART).status_code == 200
    page = text(client.get(f"/leads/{lead.pk}/"))
    assert "1 h 30 min" in page
    assert "2 h" in page


def test_lists_filter_and_add_it_up(client: Client, administrator: User) -> None:
    for visit in ("1:30", "2 d", ""):
        make_lead(administrator, **{KEY: visit or None})
    page = text(client.get("/leads/", {"columns": f"name,{KEY}", "totals": f"{KEY}:sum"}))
    assert "2 d 1 h 30 min" in page
    tree = {"all": [{"field": KEY, "op": "gt", "value": 5_400}]}
    form = form_of(client.get("/leads/filter/", {"filter": json.dumps(tree)}).content.decode())
    assert form["value:r-0"] == ["1 h 30 min"]
    applied = client.post("/leads/filter/", form | {"do": "apply"})
    asked = json.loads(parse_qs(urlsplit(applied["Location"]).query)["filter"][0])
    assert asked == {"all": [{"field": KEY, "op": "gt", "value": "PT5400S"}]}
    assert "Visit is more than 1 h 30 min" in text(client.get(applied["Location"]))
    wrong = client.post("/leads/filter/", form | {"value:r-0": "90", "do": "apply"})
    assert wrong.status_code == 422
    assert "needs a unit" in text(wrong)


def test_percentages_have_their_average_below(client: Client, administrator: User) -> None:
    share = add_field("lead", Definition(label="Share", kind="percent", decimal_places=1)).key
    for value in (10, 20.5):
        make_lead(administrator, **{share: value})
    page = client.get("/leads/", {"columns": f"name,{share}", "group": "status"})
    assert "15.25%" in text(page)


def test_reports_show_draw_and_narrow_by_it(client: Client, administrator: User) -> None:
    for city, visit in (("Riga", "1:30"), ("Riga", "0:30"), ("Liepaja", "0:45")):
        make_lead(administrator, job_title=city, **{KEY: visit})
    definition = {
        "root": "lead",
        "measures": [{"id": "m1", "ref": f"lead.{KEY}.sum"}],
        "rows": [{"id": "d1", "field": "job_title"}],
    }
    page = get(client, NEW, type="lead", definition=definition)
    assert table(page) == [["Liepaja", "45 min"], ["Riga", "2 h"], ["All together", "2 h 45 min"]]
    assert drawn(page)["unit"] == "duration"
    line = {"having": "set", "having_by": "m1", "having_op": ">", "having_value": "1:00"}
    narrowed = get(client, NEW, type="lead", definition=definition, apply="1", **line)
    page = client.get(narrowed["Location"])
    assert [row[0] for row in table(page)] == ["Riga", "All together"]
    assert "Sum of Visit is more than 1 h" in text(page)
    assert 'value="1 h"' in page.content.decode()


def test_a_file_of_records_comes_back_the_same(client: Client, administrator: User) -> None:
    make_lead(administrator, first_name="Anna", last_name="", **{KEY: "36:30:15"})
    definition = {
        "root": "lead",
        "measures": [{"id": "m1", "ref": f"lead.{KEY}.sum"}],
        "table": {"columns": [KEY]},
    }
    asked = {"type": "lead", "definition": definition, "what": "records"}
    rows = {}
    for format in ("csv", "xlsx"):
        content = b"".join(get(client, "/reports/export/", format=format, **asked).streaming_content)
        rows[format] = content
    (head, record, *_) = csv.reader(io.StringIO(rows["csv"].decode("utf-8-sig")))
    assert dict(zip(head, record, strict=True))["Visit"] == "36:30:15"
    book = CalamineWorkbook.from_filelike(io.BytesIO(rows["xlsx"]))
    cells = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert timedelta(hours=36, minutes=30, seconds=15) in cells[1]
    mapping = {"Name": "first_name", "Visit": KEY, "Counts as": ""}
    for format, content in rows.items():
        helpers.run(administrator, "lead", content, name=f"visits.{format}", mapping=mapping)
    assert [lead.custom[KEY] for lead in living_leads()] == [131_415] * 3


def test_an_import_asks_what_numbers_count(client: Client) -> None:
    run = prepare(client, "last_name,Visit", "A,90", "B,2 h")
    go(client, "import_columns", run, columns_of(run, "last_name", KEY))
    page = text(go(client, "import_values", run))
    assert "What do the durations count?" in page
    assert "1 h 30 min" in page
    go(client, "import_values", run, {"duration_unit": "minute"})
    run.refresh_from_db()
    assert run.options["duration_unit"] == "minute"
