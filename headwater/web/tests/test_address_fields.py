"""Addresses in forms, on record pages, in lists, files and the API."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.transfer.tests import helpers
from headwater.transfer.tests.helpers import living_leads
from headwater.users.models import User
from headwater.web.tests.reports_helpers import get, text
from headwater.web.tests.test_filters import FormReader

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
KEY = "cf_site"
RIGA = {
    "line1": "Brīvības iela 1",
    "line2": "dz. 5",
    "postal_code": "LV-1010",
    "city": "Rīga",
    "country": "LV",
}


@pytest.fixture
def client(client_of: Any, administrator: User) -> Client:
    boss: Client = client_of(administrator)
    given = {"kind": "address", "label": "Site", "section": "Sites"}
    assert boss.post("/settings/fields/leads/new/", given).status_code == 302
    return boss


def test_a_form_has_a_control_for_each_part(client: Client) -> None:
    page = client.get("/leads/new/").content.decode()
    for word in ("address-line1", "address-level2", "postal-code", "country"):
        assert f'autocomplete="{word}"' in page
    typed = {f"{KEY}.{part}": value for part, value in RIGA.items()}
    made = client.post("/leads/new/", {"first_name": "Anna"} | typed)
    assert made.status_code == 302, text(made)
    assert Lead.unscoped.get().custom[KEY] == RIGA
    record = client.get(made["Location"]).content.decode()
    assert "Brīvības iela 1<br>dz. 5<br>LV-1010 Rīga<br>Latvia" in record
    assert "Brīvības iela 1, dz. 5, LV-1010 Rīga, Latvia" in record  # in history


def test_what_is_wrong_stands_at_the_address(client: Client) -> None:
    given = {"first_name": "A", f"{KEY}.line1": "<b>1</b>", f"{KEY}.country": "Atlantis"}
    answer = client.post("/leads/new/", given)
    assert answer.status_code == 422
    assert "“Atlantis” is no country" in text(answer)
    assert 'value="&lt;b&gt;1&lt;/b&gt;"' in answer.content.decode()
    assert (
        client.post("/leads/new/", {"first_name": "A", KEY: "[", f"{KEY}.city": "x" * 200}).status_code == 422
    )


def test_it_is_edited_in_place(client: Client, administrator: User) -> None:
    lead = make_lead(administrator, **{KEY: RIGA})
    section = next(s.key for s in registry.get("lead").sections if KEY in s.fields)
    address, form = f"/leads/{lead.pk}/sections/{section}/", FormReader()
    form.feed(client.get(address, headers=PART).content.decode())
    assert client.post(address, form.values, headers=PART).status_code == 200
    lead.refresh_from_db()
    assert (lead.version, lead.custom[KEY]) == (1, RIGA)
    changed = form.values | {f"{KEY}.city": "Jūrmala", f"{KEY}.line2": ""}
    assert "Jūrmala" in client.post(address, changed, headers=PART).content.decode()
    lead.refresh_from_db()
    assert lead.custom[KEY] == {k: v for k, v in RIGA.items() if k != "line2"} | {"city": "Jūrmala"}
    stale = client.post(address, form.values | {f"{KEY}.city": "Cēsis"}, headers=PART)
    assert stale.status_code == 409
    assert "Brīvības iela 1, LV-1010 Jūrmala, Latvia" in text(stale)


def test_lists_filter_by_the_whole_and_by_its_parts(client: Client, administrator: User) -> None:
    make_lead(administrator, last_name="Balode", **{KEY: RIGA})
    make_lead(administrator, last_name="Somchai", **{KEY: {"city": "Bangkok", "country": "TH"}})
    for leaf in (
        {"field": KEY, "op": "contains", "value": "brīvības"},
        {"field": f"{KEY}_country", "op": "in", "value": ["LV"]},
    ):
        asked = {"columns": f"name,{KEY},{KEY}_city", "filter": json.dumps(leaf), "sort": KEY}
        page = text(client.get("/leads/", asked))
        assert "Balode" in page
        assert "Somchai" not in page
        assert client.get("/leads/filter/", {"filter": json.dumps(leaf)}).status_code == 200
    assert "Balode" in text(client.get("/leads/", {"q": "latvija"}))
    assert "Thailand" in text(client.get("/leads/", {"group": f"{KEY}_country"}))


def test_its_parts_come_back_from_a_file_the_same(client: Client, administrator: User) -> None:
    make_lead(administrator, first_name="Anna", last_name="", **{KEY: RIGA})
    parts = [f"{KEY}_{part}" for part in ("line1", "line2", "postal_code", "city", "state", "country")]
    definition = {
        "root": "lead",
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "table": {"columns": [*parts, KEY]},
    }
    answer = get(client, "/reports/export/", type="lead", definition=definition, what="records", format="csv")
    content = b"".join(answer.streaming_content)
    head, row, *_rest = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    told = dict(zip(head, row, strict=True))
    assert told["Site"] == "Brīvības iela 1, dz. 5, LV-1010 Rīga, Latvia"
    assert told["Site: Country"] == "Latvia"
    mapping = {"Name": "first_name"} | dict(zip(head[2:8], parts, strict=True))
    helpers.run(administrator, "lead", content, mapping=mapping)
    assert [lead.custom[KEY] for lead in living_leads()] == [RIGA, RIGA]


def test_programs_write_it_as_an_object(api_of: Any, administrator: User) -> None:
    key = add_field("lead", Definition(label="Site", kind="address")).key
    api = api_of(administrator)
    made = api.post("leads", {"first_name": "A", "custom": {key: RIGA | {"country": "Latvia"}}})
    assert made.status_code == 201, made.content
    assert made.json()["custom"] == {key: RIGA}
    one = f"leads/{made.json()['id']}"
    changed = api.patch(one, {"custom": {f"{key}_city": "Jūrmala"}})
    assert changed.json()["custom"][key]["city"] == "Jūrmala"
    listed = api.get("leads", fields=f"{key},{key}_country").json()["items"][0]
    assert listed["custom"] == {key: RIGA | {"city": "Jūrmala"}, f"{key}_country": "LV"}
