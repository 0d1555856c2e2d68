"""Names of fields and options are text: no part of SQL, pages, styles, scripts or JSON paths."""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.jobs.services import run_until_idle
from headwater.metadata import choices, registry
from headwater.metadata.custom import rows
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

PIECES = (
    "'",
    '"',
    "`",
    "\\",
    "');--",
    '"; DROP TABLE pipeline_lead; --',
    "$.a[0]",
    "%s",
    "%(field)s",
    "%",
    "{0}",
    "{{ 'inj' ~ 'ected' }}",
    "{% raw %}",
    "{# #}",
    "<b>bold</b>",
    "</script><script>alert(1)</script>",
    "</style>",
    "<!--",
    "]]>",
    "&lt;&#39;",
    "javascript:alert(1)",
    "}body{color:red",
    "url(//x)",
    "\u2028",
    "\u202e",
    "\u0000",
    "😀",
    "ห้อง",
    "Ķ",
    "cf_",
    "__class__",
    "a|b",
)
LABELS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(
    lambda found: f"x{' '.join(found)}"[:80]
)
KEY = re.compile(r"[a-z0-9_]+", re.ASCII)


def in_columns(label: str, *, pipe: bool) -> str:
    """Return the label as the database can hold it: NUL cannot, and options have no pipe."""
    kept = label.replace("\x00", "")
    return kept if pipe else kept.replace("|", "/")


@settings(max_examples=3)
@given(data=st.data())
def test_names_are_text_everywhere(data, administrator, api_of, client_of):
    label = data.draw(LABELS, "label")
    options = data.draw(st.lists(LABELS, min_size=2, max_size=3, unique_by=lambda text: text.casefold()))
    try:
        with transaction.atomic():
            check(administrator, api_of(administrator), client_of(administrator), label, options)
            transaction.set_rollback(True)
    finally:
        rows.refresh()


def check(administrator: Any, api: Any, browser: Any, label: str, options: list[str]) -> None:
    text = add_field(
        "lead", Definition(label=in_columns(f"T{label}", pipe=True), is_indexed=True, is_unique=True)
    )
    given_options = [in_columns(option, pipe=False) for option in options]
    choice = add_field(
        "lead",
        Definition(
            label=in_columns(f"C{label}", pipe=True),
            section=in_columns(label, pipe=True),
            help=in_columns(label, pipe=True),
            kind="choice",
            options=given_options,
            is_indexed=True,
        ),
    )
    run_until_idle()
    keys = [option.key for option in choices.options_of(f"lead.{choice.key}")]
    assert all(KEY.fullmatch(key) for key in (text.key, choice.key, *keys))
    lead = make_lead(Actor(administrator), **{text.key: given_options[0], choice.key: keys[0]})
    columns = {"columns": f"name,{text.key},{choice.key}"}
    equal = json.dumps({"field": text.key, "op": "eq", "value": given_options[0]})
    chosen = json.dumps({"field": choice.key, "op": "in", "value": [keys[0]]})
    pages = [
        ("/leads/", columns | {"filter": equal, "sort": text.key}),
        ("/leads/", columns | {"filter": chosen, "group": choice.key, "sort": f"-{choice.key}"}),
        ("/leads/", columns | {"q": label}),
        ("/leads/new/", {}),
        (f"/leads/{lead.pk}/", {}),
        ("/settings/fields/leads/", {}),
        (f"/settings/fields/leads/{choice.key}/", {}),
        ("/settings/fields/leads/new/", {"kind": label}),
    ]
    for address, query in pages:
        answer = browser.get(address, query)
        body = answer.content.decode()
        assert answer.status_code in (200, 422), (address, answer.status_code)
        for raw in ("<b>bold", "<script>alert", "injected", "</style>x"):
            assert raw not in body, (address, raw)
        if "filter" in query and "group" not in query:
            assert str(lead) in body, address
    for query in ({"filter": json.loads(equal)}, {"filter": json.loads(chosen), "sort": choice.key}):
        assert [item["id"] for item in api.get("leads", **query).json()["items"]] == [lead.pk]
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [{"id": "m1", "ref": "lead.count"}],
        "rows": [{"id": "d1", "field": choice.key}, {"id": "d2", "field": text.key}],
    }
    assert api.post("reports/run", definition).status_code == 200
    described = {field["key"]: field for field in api.get("leads/describe").json()["fields"]}
    assert described[choice.key]["label"] == " ".join(in_columns(f"C{label}", pipe=True).split())
    assert registry.get("lead").fields[text.key].reads_slot
    assert Lead.unscoped.count() == 1
