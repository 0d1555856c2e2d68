"""Bad input is named and refused; it never ends as an error of ours."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.api.parsing import BadJson, read_json
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.metadata.kinds import KINDS
from headwater.metadata.objects import Field, ObjectType
from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, administrator, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    return api_of(administrator)


def send_raw(api: Any, body: bytes | str, content_type: str = "application/json", path: str = "leads") -> Any:
    return api.client.post(f"/api/v1/{path}", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"first_name": NaN}',
        b'{"value": Infinity}',
        b'{"value": 1e999}',
        b'{"value": ' + b"9" * 5000 + b"}",
        b'{"first_name": "\xff\xfe"}',
        b'{"first_name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b"\x00",
        b"\x1f\x8b\x08",
    ],
)
def test_a_body_that_is_no_json_is_400(api, body):
    response = send_raw(api, body)
    assert response.status_code == 400
    assert response.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"1", b"null", b"true"])
def test_a_body_of_another_shape_is_422(api, body):
    assert send_raw(api, body).status_code == 422


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", "x"],
)
def test_another_format_is_415(api, content_type):
    assert send_raw(api, b'{"first_name": "A"}', content_type).status_code == 415


def test_a_body_over_the_limit_is_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send_raw(api, json.dumps({"first_name": "A" * 2000})).status_code == 413


def test_a_body_of_unknown_length_is_411(api):
    answer = api.client.generic("POST", "/api/v1/leads", "", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


def test_a_byte_order_mark_is_no_error(api):
    assert send_raw(api, b'\xef\xbb\xbf{"first_name": "A"}').status_code == 201


HOSTILE: list[Any] = [
    "\x00",
    "a\x00b",
    "A" * 100_000,
    "9" * 5_000,
    "%_\\'\";--",
    "=1+1",
    "{{7*7}}",
    "\u202e\u0000",
    10**30,
    -(10**400),
    2**63,
    1e308,
    -1,
    0.1 + 0.2,
    True,
    [],
    [[]],
    {},
    {"id": 10**30},
    {"id": {"id": 1}},
    [1, "a", None],
    ["\x00"],
    "9999-99-99",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-02-30",
    "http://[",
    "javascript:alert(1)",
    "a@b\x00.lv",
    "x@" + "a" * 300 + ".lv",
]


def one_field_of_each_kind(editable: bool) -> list[tuple[ObjectType, Field]]:
    found: dict[str, tuple[ObjectType, Field]] = {}
    for entry in registry.objects():
        for field in entry.fields.values():
            if field.editable or not editable:
                found.setdefault(field.kind.name, (entry, field))
    return list(found.values())


def test_no_value_of_any_kind_is_an_error_of_ours(api):
    for kind in KINDS.keys() - {field.kind.name for _entry, field in one_field_of_each_kind(editable=True)}:
        add_field("lead", Definition(label=f"My {kind}", kind=kind, target="customer"))
    fields = one_field_of_each_kind(editable=True)
    assert {field.kind.name for _entry, field in fields} == KINDS.keys()
    for entry, field in fields:
        for value in HOSTILE:
            given = {field.key: value}
            answer = api.post(entry.slug, {"custom": given} if field.custom else given)
            assert answer.status_code in (201, 422), (field.key, value, answer.content)
            if answer.status_code == 201:
                assert api.get(f"{entry.slug}/{answer.json()['id']}").status_code == 200


def test_no_operand_of_any_operator_is_an_error_of_ours(api):
    ranges = [
        {"rel": "last", "n": 10**30, "unit": "day"},
        {"from": "x", "to": []},
        {"n": 1e300, "unit": "day"},
    ]
    for entry, field in one_field_of_each_kind(editable=False):
        for operator in field.operators:
            for value in [*HOSTILE, *ranges, {"op": "lt", "field": "id"}]:
                leaf = {"field": field.key, "op": operator, "value": value}
                try:
                    parse_filter(entry.name, leaf)
                except FilterError:
                    continue
                answer = api.get(entry.slug, filter=leaf)
                assert answer.status_code in (200, 422), (leaf, answer.content)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
words = st.sampled_from(
    ["all", "any", "none", "not", "exists", "not_exists", "field", "op", "value", "path", "where", "count"]
)
near_filters = st.recursive(
    json_values
    | st.fixed_dictionaries(
        {"field": st.sampled_from(["name", "owner.team", "value"]), "op": st.text(max_size=4)}
    ),
    lambda inner: st.dictionaries(words, inner | st.lists(inner, max_size=3), max_size=3),
    max_leaves=12,
)


@settings(max_examples=150)
@given(tree=near_filters)
def test_no_filter_is_an_error_of_ours(api, tree):
    assert api.get("leads", filter=json.dumps(tree)).status_code in (200, 422)


def cursor(data: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


@settings(max_examples=100)
@given(
    after=json_values.map(cursor)
    | st.text(max_size=30)
    | json_values.map(lambda v: cursor([["-created_at", "-id"], v]))
)
def test_no_cursor_is_an_error_of_ours(api, after):
    answer = api.get("leads", after=after)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "bad_cursor"


@pytest.mark.parametrize(
    "sort", ["value", "-created_at", "name", "employees", "owner", "next_contact_at", "status"]
)
def test_no_forged_cursor_is_an_error_of_ours(api, administrator, sort):
    make_lead(administrator, value=5, employees=3)
    make_lead(administrator)
    after = api.get("leads", sort=sort, limit=1).json()["next"]
    names, _values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    for value in [*HOSTILE, None]:
        for position in (0, 1):
            values = [1, 1]
            values[position] = value
            answer = api.get("leads", sort=sort, after=cursor([names, values]))
            assert answer.status_code in (200, 422), (sort, values, answer.content)
    deep = base64.urlsafe_b64encode(b"[" * 50_000).decode()
    assert api.get("leads", sort=sort, after=deep).status_code == 422


@pytest.mark.parametrize(
    "word", ["%", "_", "\\", "'", '"', "\x00", "a" * 400, "(((", "*", "[", "AND", "a" + "b " * 200]
)
def test_no_search_is_an_error_of_ours(api, administrator, word):
    make_lead(administrator)
    assert api.get("leads", q=word).json()["items"] == []


def test_a_search_that_is_too_long_is_named(api):
    assert api.get("leads", q="a" * 501).json()["errors"][0]["field"] == "q"


@given(data=json_values)
def test_strict_reading_agrees_with_the_standard(data):
    try:
        assert read_json(json.dumps(data)) == data
    except BadJson:
        assert "\\ud" in json.dumps(data)


@pytest.mark.parametrize("header", ["", "x" * 300, "\x01"])
def test_no_header_is_an_error_of_ours(api, header):
    for name in ("If-Match", "Accept-Language", "Content-Language", "X-Forwarded-For"):
        assert api.get("leads", headers={name: header}).status_code == 200
