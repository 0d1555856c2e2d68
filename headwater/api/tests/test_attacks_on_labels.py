"""Names of fields, sections, options and roles are text: no markup, script, template, SQL or formula.

One walk through every address that can be read, with fields that are called what an attacker would
call them. Pages are parsed as a browser parses them, files cell by cell.
"""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from headwater.api.tests.doors import World, all_doors, build_world, paths_of
from headwater.api.tests.test_strangers import WITHOUT_SIGN_IN, client_at
from headwater.metadata import choices, registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.objects import Field
from headwater.records.write import update_record
from headwater.testing.factories import actor_of

pytestmark = pytest.mark.django_db

HOSTILE = (
    """zq"><script>hwrun(1)</script>""",
    """zq</style></title></textarea><img src=x onerror=hwrun(1)>""",
    """zq' onmouseover='hwrun(1)' x='""",
    """zq` ${hwrun(1)} {{ 'hw' ~ 'run' }}{% set hw = 1 %}{# gone #}""",
    """zq'); DROP TABLE users_user; --""",
    """zq$.a'].b[0]\\" || (SELECT 1)""",
    """zq%s %(x)s %% %n""",
    """javascript:hwrun(1)//zq""",
    """]]></script><!--zq""",
    """=HYPERLINK("http://x/zq";"zq")""",
    """+1+cmd|' /C calc'!A0 zq""",
    """@SUM(1+1)*zq""",
    """-2+3 zq""",
)
OTHER = re.compile(r"/(api/v1/)?(settings/fields/)?(customers|contacts|addresses|opportunities)\b")
"""Addresses of other objects: the fields are those of leads."""
KINDS = ("text", "choice", "multi_choice", "integer", "boolean")


RUN = ("href", "src", "action", "formaction", "hx-get", "hx-post")


class Reader(HTMLParser):
    """Collects what a browser would run, and the data that scripts are given."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.data: list[str] = []
        self.said: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for name, value in attrs:
            if name.startswith("on") or (tag == "img" and value == "x"):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name in RUN and re.match(r"\s*javascript:", value or "", re.IGNORECASE):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name.startswith("data-") and (value or "")[:1] in ("{", "["):
                self.data.append(value or "")

    def handle_data(self, data: str) -> None:
        self.said.append(data)
        if self.inside in ("script", "style") and "hwrun" in data:
            self.wrong.append(f"<{self.inside}> {data[:80]}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def problems_of(answer: Any) -> list[str]:
    """Return what a browser, or a program, would do with an answer that it must not do."""
    kind = answer.headers.get("Content-Type", "")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.status_code >= 500:
        return [f"status {answer.status_code}"]
    if "json" in kind:
        json.loads(body)
        return []
    if not kind.startswith("text/html"):
        return []
    page = Reader()
    page.feed(body.decode())
    for text in page.data:
        json.loads(text)
    ran = [
        text for text in page.said if re.search("hwrun(?![_(])", text)
    ]  # what the template would have made
    return page.wrong + ran


@pytest.fixture
def world(seller_north) -> World:
    return build_world(seller_north)


@pytest.fixture
def fields(world) -> list[Field]:
    """Leads have fields whose names, sections, helps and options are all hostile, filled with the same."""
    keys = []
    for n, label in enumerate(HOSTILE):
        kind = KINDS[n % len(KINDS)]
        options = [option.replace("|", "/") for option in (label, f"2 {label}")] if "choice" in kind else []
        given = Definition(label=label, kind=kind, section=label, help=label, options=options)
        keys.append(add_field("lead", given).key)
    fields = [registry.get("lead").fields[key] for key in keys]
    assert all(re.fullmatch(r"cf_[a-z0-9_]+", key) for key in keys)
    lead = world.records["lead"]
    update_record(actor_of(world.owner), "lead", lead.pk, {f.key: value_of(f) for f in fields})
    return fields


def value_of(field: Field) -> Any:
    match field.kind.name:
        case "text":
            return str(field.label)
        case "choice":
            return choices.options_of(str(field.choice_list))[0].key
        case "multi_choice":
            return [option.key for option in choices.options_of(str(field.choice_list))]
    return True if field.kind.name == "boolean" else 7


@pytest.mark.attack(20)
def test_no_address_runs_what_a_field_is_called(world, fields, administrator):
    problems, shown = [], 0
    for door in all_doors():
        if door.name in WITHOUT_SIGN_IN or "GET" not in door.methods:
            continue
        client = client_at(door, administrator)
        with transaction.atomic():
            for path in paths_of(world, door.route):
                if OTHER.match(path):
                    continue
                answer = client.get(path)
                problems += [(path, problem) for problem in problems_of(answer)]
                shown += not answer.streaming and b"zq" in answer.content
            transaction.set_rollback(True)
    assert not problems
    assert shown > 20


@pytest.mark.attack(20)
def test_lists_boards_and_reports_show_them_as_they_are(world, fields, client_of, administrator):
    browser, lead = client_of(administrator), world.records["lead"]
    every = ",".join(["name", *(field.key for field in fields)])
    pages = [
        ("/leads/", {"columns": every}),
        (f"/leads/{lead.pk}/", {}),
        ("/leads/new/", {}),
        ("/leads/", {"q": "zq"}),
    ]
    for field in fields:
        leaf: dict[str, Any] = {"field": field.key, "op": "not_empty"}
        if field.kind.name == "boolean":
            leaf = {"field": field.key, "op": "is_true"}
        order = {} if field.kind.many else {"sort": field.key}
        rows = [{"id": "d1", "field": field.key}]
        definition = json.dumps(question() | {"rows": rows, "where": leaf})
        pages += [
            ("/leads/", {"columns": every, "filter": json.dumps(leaf)} | order),
            ("/leads/", {"group": field.key}),
            ("/leads/filter/", {"filter": json.dumps(leaf)}),
            ("/reports/new/", {"type": "lead", "definition": definition}),
            ("/reports/explanation/", {"type": "lead", "definition": definition}),
        ]
        if field.kind.name == "choice":
            pages.append(("/leads/", {"display": "board", "lanes": field.key}))
    for path, query in pages:
        answer = browser.get(path, query)
        assert answer.status_code == 200, (path, query)
        assert not problems_of(answer), (path, query)
        page = Reader()
        page.feed(answer.content.decode())
        assert "zq" in "".join(page.said), (path, query)
    page = Reader()
    page.feed(browser.get("/leads/", {"columns": every}).content.decode())
    said = " ".join("".join(page.said).split())
    for field in fields:
        assert " ".join(str(field.label).split()) in said


@pytest.mark.attack(20)
def test_no_cell_of_a_file_is_a_formula(world, fields, client_of, api_of, administrator):
    browser, heads = client_of(administrator), {" ".join(str(field.label).split()) for field in fields}
    table = {"columns": ["name", *(field.key for field in fields)]}
    choice = next(field for field in fields if str(field.label).startswith("@"))
    definition = json.dumps(question() | {"table": table, "rows": [{"id": "d1", "field": choice.key}]})
    for what in ("records", "figures"):
        query = {"type": "lead", "definition": definition, "what": what}
        lines = csv_lines(browser.get("/reports/export/", query | {"format": "csv"}))
        for cell in (cell for line in lines for cell in line):
            assert not re.match(r"\s*[=+@\t\r]|-\D", cell), cell
        content = b"".join(browser.get("/reports/export/", query | {"format": "xlsx"}).streaming_content)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                assert name.endswith((".xml", ".rels")), name
                assert b"<f>" not in parts.read(name), name
                assert b"<hyperlink" not in parts.read(name), name
        first = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        if what == "records":
            assert heads <= {cell.removeprefix("'") for cell in lines[0]}
            assert heads <= set(first[0])
        assert str(choice.label) in json.dumps(first) or what == "records"


@pytest.mark.attack(20)
def test_programs_are_told_names_as_text(world, fields, api_of, administrator):
    api, lead = api_of(administrator), world.records["lead"]
    described = {f["key"]: f["label"] for f in api.get("leads/describe").json()["fields"]}
    assert all(described[f.key] == " ".join(str(f.label).split()) for f in fields)
    for field in fields:
        order = {} if field.kind.many else {"sort": field.key}
        found = api.get("leads", fields=f"name,{field.key}", **order).json()["items"]
        assert [item["id"] for item in found] == [lead.pk]
        assert api.get("leads/groups", by="status", totals=f"{field.key}:count").status_code == 200
        run = api.post("reports/run", question() | {"rows": [{"id": "d1", "field": field.key}]})
        assert run.json()["rows"], field.label


def question() -> dict[str, Any]:
    return {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}


def csv_lines(answer: Any) -> list[list[str]]:
    content = b"".join(answer.streaming_content)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
