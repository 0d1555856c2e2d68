"""The filter builder: every tree becomes a form and comes back the same."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from headwater.metadata import operators, registry
from headwater.metadata.filters import parse_filter
from headwater.testing.factories import make_lead, make_option
from headwater.users.models import User
from headwater.web.filters.draft import from_tree

ClientOf = Callable[[User], Client]
Form = dict[str, list[str]]


class FormReader(HTMLParser):
    """Reads what a browser would send for the form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Form = {}
        self.select: str | None = None
        self.many = False
        self.seen_selected = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            if found.get("type") in ("radio", "checkbox") and "checked" not in found:
                return
            self.values.setdefault(str(found["name"]), []).append(found.get("value") or "")
        elif tag == "select":
            self.select, self.many, self.seen_selected = found.get("name"), "multiple" in found, False
        elif tag == "option" and self.select:
            held = self.values.setdefault(self.select, [])
            if "selected" in found:
                if not self.many:
                    held.clear()
                held.append(found.get("value") or "")
                self.seen_selected = True
            elif not self.many and not held and not self.seen_selected:
                held.append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None


def form_of(body: str) -> Form:
    start = body.index('<form class="filter"')
    reader = FormReader()
    reader.feed(body[start : body.index("</form>", start)])
    reader.values.pop("csrfmiddlewaretoken")
    return reader.values


def applied(client: Client, form: Form) -> Any:
    """Send the form's Apply and return the filter of the list it leads to."""
    answer = client.post("/leads/filter/", form | {"do": "apply"})
    assert answer.status_code == 302, re.findall(r"field-error.*?</div>", answer.content.decode(), re.S)
    listed = client.get(answer["Location"])
    assert listed.status_code == 200
    return json.loads(listed.wsgi_request.GET.get("filter", "null"))


LEAVES: list[dict[str, Any]] = [
    {"field": "first_name", "op": "contains", "value": "an, na"},
    {"field": "first_name", "op": "in", "value": ["Anna", "Bert"]},
    {"field": "first_name", "op": "empty"},
    {"field": "first_name", "op": "field_cmp", "value": {"op": "eq", "field": "last_name"}},
    {"field": "employees", "op": "ge", "value": "10"},
    {"field": "value", "op": "between", "value": ["100", "2500.50"]},
    {"field": "is_organization", "op": "is_true"},
    {"field": "status", "op": "in", "value": ["lead", "open"]},
    {"field": "source", "op": "not_in", "value": ["trade_show"]},
    {"field": "labels", "op": "has_all", "value": ["vip"]},
    {"field": "owner", "op": "me"},
    {"field": "owner.is_active", "op": "is_false"},
    {"field": "customer.territory", "op": "not_empty"},
    {"field": "created_at", "op": "in_range", "value": {"rel": "this", "unit": "year"}},
    {"field": "created_at", "op": "in_range", "value": {"rel": "last", "unit": "month"}},
    {"field": "created_at", "op": "in_range", "value": {"rel": "last", "unit": "day", "n": 30}},
    {"field": "created_at", "op": "in_range", "value": {"rel": "next", "unit": "fiscal_quarter", "n": 2}},
    {"field": "created_at", "op": "in_range", "value": {"from": "2026-01-01", "to": "2026-04-01"}},
    {"field": "created_at", "op": "in_range", "value": {"from": "2026-01-01"}},
    {"field": "created_at", "op": "before", "value": {"rel": "today"}},
    {"field": "created_at", "op": "after", "value": "2026-03-18"},
    {"field": "created_at", "op": "older_than", "value": {"n": 3, "unit": "week"}},
]


@pytest.fixture
def options(db: None) -> None:
    make_option("source", "Trade show")
    make_option("label", "VIP")


def normal(tree: Any) -> Any:
    """Drop what makes no difference: a half-open range says None for its open side."""
    if isinstance(tree, dict):
        return {key: normal(value) for key, value in tree.items() if value is not None}
    return [normal(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: f"{leaf['field']} {leaf['op']}")
def test_a_condition_survives_the_form(
    client_of: ClientOf, administrator: User, options: None, leaf: dict[str, Any]
) -> None:
    if leaf["field"] == "first_name" and leaf["op"] == "contains":
        leaf = leaf | {"value": "an"}
    tree = parse_filter("lead", leaf).to_json()
    client = client_of(administrator)
    body = client.get("/leads/filter/", {"filter": json.dumps(tree)}).content.decode()
    assert normal(applied(client, form_of(body))) == normal(tree)


def test_groups_and_related_records_survive_the_form(
    client_of: ClientOf, administrator: User, options: None
) -> None:
    tree = {
        "all": [
            {
                "any": [
                    {"field": "owner", "op": "me"},
                    {"none": [{"field": "status", "op": "in", "value": ["open"]}]},
                ]
            },
            {
                "exists": {
                    "path": "opportunities",
                    "where": {
                        "any": [{"field": "amount", "op": "gt", "value": "5"}, {"field": "owner", "op": "me"}]
                    },
                }
            },
            {"not_exists": {"path": "opportunities"}},
        ]
    }
    client = client_of(administrator)
    body = client.get("/leads/filter/", {"filter": json.dumps(tree)}).content.decode()
    assert applied(client, form_of(body)) == tree


def test_every_operator_of_every_field_can_be_drawn(
    client_of: ClientOf, administrator: User, options: None
) -> None:
    client = client_of(administrator)
    entry = registry.get("lead")
    drawn = 0
    for field in entry.fields.values():
        for word in field.operators:
            form = {
                "kind:r": "group",
                "mode:r": "all",
                "kind:r-0": "leaf",
                "field:r-0": field.key,
                "op:r-0": word,
            }
            answer = client.post("/leads/filter/", form)
            assert answer.status_code == 200, (field.key, word)
            assert f'<option value="{word}" selected>' in answer.content.decode(), (field.key, word)
            assert operators.get(field, word)
            drawn += 1
    assert drawn > 100


def test_the_steps_of_the_builder(client_of: ClientOf, administrator: User) -> None:
    client = client_of(administrator)

    def step(form: Form, word: str) -> Form:
        answer = client.post("/leads/filter/", form | {"do": word})
        assert answer.status_code == 200
        return form_of(answer.content.decode())

    form = form_of(client.get("/leads/filter/").content.decode())
    assert form["kind:r-0"] == ["leaf"]
    form = step(form, "add-group:r")
    assert (form["kind:r-1"], form["mode:r-1"], form["kind:r-1-0"]) == (["group"], ["any"], ["leaf"])
    form = step(form, "add-related:r-1")
    assert form["kind:r-1-1"] == ["related"]
    form = step(form, "add-leaf:r-1-1")
    assert form["kind:r-1-1-0"] == ["leaf"]
    form = step(form, "remove:r-0")
    assert form["kind:r-0"] == ["group"]
    assert "kind:r-1" not in form
    assert step(form, "remove:r-9") == form
    assert step(form, "nonsense") == form


def test_another_field_begins_anew(client_of: ClientOf, administrator: User) -> None:
    form = {
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "value",
        "field_was:r-0": "first_name",
        "op:r-0": "contains",
        "value:r-0": "Anna",
    }
    body = client_of(administrator).post("/leads/filter/", form).content.decode()
    assert form_of(body)["op:r-0"] == ["eq"]
    assert form_of(body)["value:r-0"] == [""]


def test_what_is_missing_is_said_beside_the_condition(client_of: ClientOf, administrator: User) -> None:
    form = {
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "value",
        "op:r-0": "gt",
        "value:r-0": "many",
    }
    answer = client_of(administrator).post("/leads/filter/", form | {"do": "apply"})
    assert answer.status_code == 422
    assert "Value: Write a number" in answer.content.decode()


def test_a_condition_without_a_field_counts_for_nothing(client_of: ClientOf, administrator: User) -> None:
    make_lead(administrator)
    form = {"kind:r": "group", "mode:r": "any", "kind:r-0": "leaf", "field:r-0": "", "do": "apply"}
    assert client_of(administrator).post("/leads/filter/", form)["Location"] == "/leads/"


def test_a_region_goes_to_the_list_by_itself(client_of: ClientOf, administrator: User) -> None:
    form = {
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "owner",
        "op:r-0": "me",
        "do": "apply",
    }
    answer = client_of(administrator).post("/leads/filter/", form, headers={"HX-Request-Type": "partial"})
    where = json.loads(answer["HX-Location"])
    assert where["path"].startswith("/leads/?filter=")
    assert where["target"] == "#page"


def test_a_draft_keeps_what_the_form_has_no_words_for() -> None:
    kept = {"field": "created_at", "op": "in_range", "value": {"since_start_of": "quarter"}}
    assert from_tree(registry.get("lead"), {"all": [kept]}).to_json() == {"all": [kept]}
