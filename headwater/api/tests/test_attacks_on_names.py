"""No word of a request becomes a name for the ORM, SQL, a template or a script."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.metadata import registry
from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db

TECHNICAL = (
    "_connector",
    "_negated",
    "__class__",
    "_state",
    "password",
    "is_superuser",
    "session_number",
    "api_tokens",
    "hash",
    "authenticator",
    "pk",
    "objects",
    "unscoped",
    "deleted_at",
    "startswith",
    "regex",
    "custom__text_cf_floor",
    "search_text",
    "rights",
)
"""Names that Django or our tables have and that no dictionary of ours offers."""
ATTACKS = (
    "owner__password__startswith",
    "owner.password",
    "-owner__password",
    "created_by.api_tokens.hash",
    "owner.role.rights.scope",
    "name__regex",
    "na\x1fme",
    "na\nme",
    'name"; DROP TABLE users_user; --',
    "name) OR 1=1 --",
    "name\x00",
    "?",
    "*",
    "-",
    "--name",
    "",
    " ",
    ".",
    "owner.",
    ".owner",
    "owner..name",
    "name.name.name.name.name.name.name",
    "cf_x'] || (SELECT 1) || ['",
    "x" * 3000,
    "名前",
)
WORDS = st.tuples(
    st.lists(st.sampled_from([*TECHNICAL, "owner", "name", "customer"]), min_size=1, max_size=4),
    st.sampled_from(TECHNICAL),
    st.sampled_from(["__", ".", "\x1f", "->", "'", '"']),
).map(lambda parts: parts[2].join([*parts[0], parts[1]]))


def question(**more: Any) -> dict[str, Any]:
    return {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}], **more}


Asked = tuple[str, str, Any, dict[str, Any]]


def requests_with(word: str) -> list[Asked]:
    """Return every way to send a word where a program names a field, an operator or a measure."""
    leaf = {"field": "name", "op": "contains", "value": "x"}
    trees = [
        leaf | {"field": word},
        leaf | {"op": word},
        leaf | {word: "OR"},
        {"all": [leaf], word: "OR"},
        {word: [leaf]},
        {"exists": {"path": word, "where": {"all": []}}},
    ]
    asked: list[Asked] = [("GET", "leads", None, {"filter": tree}) for tree in trees]
    asked += [("POST", "leads/bulk", {"filter": tree, "set": {"job_title": "x"}}, {}) for tree in trees]
    asked += [("POST", "reports/run", question(where=tree), {}) for tree in trees]
    asked += [
        ("POST", "views", {"object": "lead", "name": "X", "settings": {"filter": tree}}, {}) for tree in trees
    ]
    if word.strip():
        asked += [("GET", "leads", None, {name: word}) for name in ("sort", "fields", "count")]
        asked += [
            ("GET", "leads/groups", None, {"by": word}),
            ("GET", "leads/groups", None, {"by": "owner", "totals": f"{word}:sum"}),
            ("GET", "leads/groups", None, {"by": "owner", "totals": f"value:{word}"}),
            ("GET", "leads", None, {word: "x"}),
            ("POST", "reports/run", question(**{word: 1}), {}),
        ]
    row = {"id": "d1", "field": "owner"}
    asked += [
        ("POST", "reports/run", question(rows=[row | {"field": word}]), {}),
        ("POST", "reports/run", question(rows=[row | {"grain": word}]), {}),
        ("POST", "reports/run", question(columns=[row | {"field": word}]), {}),
        ("POST", "reports/run", question(measures=[{"id": "m1", "ref": word}]), {}),
        ("POST", "reports/run", question(measures=[{"id": "m1", "ref": f"lead.value.{word}"}]), {}),
        ("POST", "reports/run", question(root=word), {}),
        ("POST", "reports/run", question(rows=[row], sort=[{"by": word}]), {}),
        ("POST", "views", {"object": "lead", "name": "X", "settings": {"columns": [word]}}, {}),
        ("POST", "views", {"object": "lead", "name": "X", "settings": {"sort": [word]}}, {}),
        ("POST", "views", {"object": word, "name": "X"}, {}),
        ("POST", "leads/bulk", {"filter": {}, "set": {word: "x"}}, {}),
        ("POST", "leads", {"first_name": "X", word: "x"}, {}),
    ]
    return asked


def not_refused(api: Any, word: str) -> list[Any]:
    """Return the requests with this word that were not refused by a sentence."""
    return [
        (method, path, data or query, answer.status_code)
        for method, path, data, query in requests_with(word)
        if (answer := api.send(method, path, data, **query)).status_code not in (400, 422)
    ]


@pytest.fixture
def api(api_of, administrator, settings):
    settings.API_REQUESTS_PER_MINUTE = 10**9
    make_lead(administrator, first_name="Anna")
    return api_of(administrator)


@pytest.mark.attack(3, 19)
@pytest.mark.parametrize("word", [*ATTACKS, *TECHNICAL[:3]], ids=repr)
def test_a_name_that_is_none_is_refused_wherever_programs_name_something(api, word):
    assert not_refused(api, word) == []


@pytest.mark.attack(3, 19)
@given(word=WORDS)
def test_technical_names_joined_in_any_way_are_refused_as_fields(api, word):
    leaf = {"field": word, "op": "contains", "value": "x"}
    for query in ({"filter": leaf}, {"sort": word}, {"fields": word}):
        assert api.get("leads", **query).status_code == 422, query
    run = api.post("reports/run", question(rows=[{"id": "d1", "field": word}]))
    assert run.status_code == 422


@pytest.mark.attack(3, 19)
@pytest.mark.parametrize("word", [*ATTACKS[::2], "_connector"], ids=repr)
def test_no_page_takes_a_word_of_its_address_for_a_name(client_of, administrator, word):
    lead = make_lead(administrator, first_name="Anna")
    browser = client_of(administrator)
    leaf = {"field": word, "op": "contains", "value": "x"}
    definition = json.dumps(question(rows=[{"id": "d1", "field": word}]))
    words = ("sort", "columns", "group", "view", "display", "after", "q")
    pages = [("/leads/", {name: word}) for name in words]
    pages += [
        ("/leads/", {"totals": f"{word}:sum"}),
        ("/leads/", {"filter": json.dumps(leaf)}),
        ("/leads/", {"filter": json.dumps({"all": [], word: 1})}),
        ("/leads/filter/", {"filter": json.dumps(leaf), "field": word}),
        ("/leads/display/", {"columns": word}),
        ("/reports/new/", {"definition": definition, "q": word, "type": word}),
        ("/reports/export/", {"definition": definition, "rows": "figures", "format": "csv"}),
        ("/reports/records/", {"definition": definition}),
        ("/search/", {"q": word, "object": word}),
        ("/palette/", {"q": word}),
        ("/lookup/lead/", {"q": word}),
        ("/settings/audit/", {"object": word, "verb": word}),
    ]
    for path, query in pages:
        answer = browser.get(path, query)
        assert answer.status_code < 500, (path, query)
    form = {"record": lead.pk, "field": word, word or "x": "x", "apply": "1"}
    assert browser.post("/leads/bulk/", form).status_code < 500
    lead.refresh_from_db()
    assert lead.version == 1


def test_the_technical_names_are_no_fields_of_ours():
    for entry in registry.objects():
        assert not set(entry.fields) & set(TECHNICAL), entry.name
