"""Reading definitions: everything wrong is named, everything right has one normal form."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.reports.definition import DefinitionError, definition_hash, parse_definition, to_json, words

pytestmark = pytest.mark.django_db

RATE = {"id": "m1", "ref": "lead.conversion_rate"}
YEAR = {"range": {"rel": "this", "unit": "year"}}


def minimal(**more: Any) -> dict[str, Any]:
    return {"root": "lead", "measures": [dict(RATE)], **more}


def problems(data: Any) -> dict[str, str]:
    """Return code by place; the definition must be wrong."""
    with pytest.raises(DefinitionError) as caught:
        parse_definition(data)
    return {problem.at: problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("more", "at", "code"),
    [
        ({"v": 2}, "v", "unknown_version"),
        ({"root": "spaceship"}, "root", "unknown_object"),
        ({"root": "user"}, "root", "unknown_object"),
        ({"colour": 1}, "colour", "unknown_word"),
        ({"measures": []}, "measures", "required"),
        ({"measures": {"ref": "lead.count"}}, "measures", "not_list"),
        ({"measures": [7]}, "measures.0", "not_object"),
        ({"measures": ["lead.joy"]}, "measures.0.ref", "unknown_measure"),
        ({"measures": [{"ref": "lead.happiness"}]}, "measures.0.ref", "unknown_measure"),
        ({"measures": [{"ref": "opportunity.count"}]}, "measures.0.ref", "unknown_measure"),
        ({"measures": [{**RATE, "basis": "vibes"}]}, "measures.0.basis", "unknown_word"),
        ({"measures": [{**RATE, "days": 14}]}, "measures.0.days", "unknown_word"),
        ({"measures": [{**RATE, "basis": "windowed", "days": 0}]}, "measures.0.days", "bad_number"),
        ({"measures": [{**RATE, "basis": "windowed", "days": "x"}]}, "measures.0.days", "bad_number"),
        ({"measures": [{"ref": "lead.count", "basis": "cohort"}]}, "measures.0.basis", "unknown_word"),
        ({"measures": [RATE, {"id": "m3", "formula": "m1 - 1"}]}, "measures.1.formula", "not_available"),
        ({"measures": [RATE, {"id": "m3", "formula": "share(m9)"}]}, "measures.1.formula", "unknown_word"),
        ({"measures": [RATE, {"id": "m3", "formula": "share(m1)"}]}, "measures.1.formula", "not_additive"),
        ({"measures": [RATE, {"id": "m3", "formula": 7}]}, "measures.1.formula", "not_available"),
        ({"measures": [RATE, {"id": "m1", "ref": "lead.count"}]}, "measures.1.id", "duplicate_id"),
        ({"measures": [{"id": "1;--", "ref": "lead.count"}]}, "measures.0.id", "bad_id"),
        ({"rows": [{"field": "lead.sauce"}]}, "rows.0.field", "unknown_field"),
        ({"rows": [{"field": "owner.password"}]}, "rows.0.field", "unknown_field"),
        ({"rows": [{"field": "source.name"}]}, "rows.0.field", "unknown_field"),
        ({"rows": [{"field": None}]}, "rows.0.field", "unknown_field"),
        ({"rows": [{"field": "source", "grain": "month"}]}, "rows.0.grain", "unknown_grain"),
        ({"rows": [{"field": "created_at", "grain": "aeon"}]}, "rows.0.grain", "unknown_grain"),
        ({"rows": [{"field": "source", "null": "maybe"}]}, "rows.0.null", "unknown_word"),
        ({"rows": [{"field": "source", "top": {"n": 0}}]}, "rows.0.top.n", "bad_number"),
        ({"rows": [{"field": "source", "top": {"n": 3, "by": "m9"}}]}, "rows.0.top.by", "unknown_word"),
        ({"rows": [{"field": "source", "depth": 3}]}, "rows.0.depth", "unknown_word"),
        ({"rows": [{"field": "source"}] * 5}, "rows", "too_many"),
        ({"columns": [{"field": "lead.sauce"}]}, "columns.0.field", "unknown_field"),
        ({"period": {"range": {"rel": "soon", "unit": "year"}}}, "period.range", "bad_range"),
        ({"period": {"range": {"rel": "this", "unit": "eon"}}}, "period.range", "bad_range"),
        (
            {"period": {"field": "source", "range": {"rel": "this", "unit": "year"}}},
            "period.field",
            "not_date",
        ),
        ({"where": {"field": "source", "op": "resembles"}}, "where.op", "unknown_operator"),
        ({"where": {"all": [{"field": "sauce", "op": "empty"}]}}, "where.all.0.field", "unknown_field"),
        ({"where": {"field": "source", "op": "in", "value": ["nowhere"]}}, "where.value", "unknown_choice"),
        ({"sort": [{"by": "m7"}]}, "sort.0.by", "unknown_word"),
        ({"sort": [{"by": "m1", "dir": "sideways"}]}, "sort.0.dir", "unknown_word"),
        ({"limit": {"rows": 10**9}}, "limit.rows", "bad_number"),
        ({"chart": {"kind": "volcano"}}, "chart.kind", "unknown_word"),
        ({"chart": {"x": "d9"}}, "chart.x", "unknown_word"),
        ({"chart": {"y": ["m9"]}}, "chart.y.0", "unknown_word"),
        ({"chart": {"target": float("nan")}}, "chart.target", "not_number"),
        ({"chart": {"bands": [{"lt": 1, "tone": "mauve"}]}}, "chart.bands.0.tone", "unknown_word"),
        ({"table": {"columns": ["lead.sauce"]}}, "table.columns.0", "unknown_field"),
        ({"table": {"order": ["-sauce"]}}, "table.order", "unknown_sort"),
        ({"totals": ["everything"]}, "totals.0", "unknown_word"),
        ({"as_of": "some day"}, "as_of", "bad_instant"),
        ({"scope": "everything"}, "scope", "not_available"),
        ({"currency": {"target": "USD"}}, "currency.target", "not_available"),
        ({"currency": {"rate": "yesterday"}}, "currency.rate", "unknown_word"),
        ({"compare": {}}, "compare", "no_period"),
        ({"period": YEAR, "compare": []}, "compare", "not_object"),
        ({"period": YEAR, "compare": {"with": 1}}, "compare.with", "unknown_word"),
        ({"period": YEAR, "compare": {"shift": {"unit": "eon"}}}, "compare.shift.unit", "unknown_word"),
        ({"period": YEAR, "compare": {"shift": {"n": 1}}}, "compare.shift.n", "bad_number"),
        ({"period": YEAR, "compare": {"shift": {"n": True}}}, "compare.shift.n", "bad_number"),
        ({"period": YEAR, "compare": {"align": "left"}}, "compare.align", "unknown_word"),
        ({"rows": ["source"], "having": {}}, "having.field", "unknown_word"),
        ({"rows": ["source"], "having": []}, "having", "not_object"),
        ({"rows": ["source"], "having": {"field": "m2", "value": 1}}, "having.field", "unknown_word"),
        ({"rows": ["source"], "having": {"field": "m1"}}, "having.value", "not_number"),
        ({"rows": ["source"], "having": {"field": "m1", "value": "1"}}, "having.value", "not_number"),
        ({"rows": ["source"], "having": {"field": "m1", "value": 10**13}}, "having.value", "bad_number"),
        ({"rows": ["source"], "having": {"field": "m1", "value": 1e-7}}, "having.value", "bad_number"),
        (
            {"rows": ["source"], "having": {"all": [{"field": "m1", "op": "~", "value": 1}]}},
            "having.all.0.op",
            "unknown_word",
        ),
        ({"rows": ["source"], "having": {"any": 1}}, "having.any", "not_list"),
        ({"having": {"field": "m1", "value": 1}}, "having", "no_rows"),
    ],
)
def test_a_wrong_word_is_named_with_its_place(more, at, code):
    assert problems(minimal(**more)) == {at: code}


def test_every_wrong_word_is_named_at_once():
    assert problems(minimal(rows=[{"field": "sauce"}], totals=["none"], mood=1)).keys() == {
        "rows.0.field",
        "totals.0",
        "mood",
    }


def test_the_message_offers_the_right_words():
    with pytest.raises(DefinitionError, match=r"“volcano” is not known here; use one of: bar, column, line"):
        parse_definition(minimal(chart={"kind": "volcano"}))


def test_bare_and_prefixed_field_keys_mean_the_same():
    bare = minimal(
        rows=[{"field": "source"}],
        period={"field": "created_at", "range": {"rel": "this", "unit": "year"}},
        where={"field": "owner.team", "op": "empty"},
        table={"columns": ["name"], "order": ["-created_at"]},
    )
    prefixed = json.loads(
        json.dumps(bare)
        .replace('"source"', '"lead.source"')
        .replace('"created_at"', '"lead.created_at"')
        .replace('"owner.team"', '"lead.owner.team"')
        .replace('"name"', '"lead.name"')
        .replace("-created_at", "-lead.created_at")
    )
    assert to_json(parse_definition(bare)) == to_json(parse_definition(prefixed))


def test_a_normal_form_is_its_own_normal_form():
    full = minimal(
        name="  By  source ",
        rows=[{"field": "source", "top": {"n": 3}, "null": "hide"}],
        columns=[{"field": "created_at", "grain": "quarter", "fill": False}],
        period={"range": {"rel": "last", "unit": "year"}, "locked": True},
        where={"field": "source", "op": "not_empty"},
        sort=[{"by": "m1", "dir": "desc", "nulls": "last"}],
        chart={"target": 30, "bands": [{"lt": 10, "tone": "bad"}]},
        having={"any": [{"field": "m1", "value": 20}, {"field": "m1", "op": "<", "value": 2.5}]},
    )
    normal = to_json(parse_definition(full))
    assert to_json(parse_definition(normal)) == normal
    assert normal["name"] == "By source"
    assert normal["rows"] == [
        {"id": "d1", "field": "source", "null": "hide", "top": {"n": 3, "by": "m1", "other": True}}
    ]
    assert normal["having"] == {
        "any": [{"field": "m1", "op": ">=", "value": 20}, {"field": "m1", "op": "<", "value": 2.5}]
    }
    assert normal["where"] == {"all": [{"field": "source", "op": "not_empty"}]}


def test_the_hash_is_of_what_is_computed_not_of_the_name_or_the_drawing():
    plain = definition_hash(parse_definition(minimal()))
    assert plain == definition_hash(parse_definition(minimal(name="Mine", chart={"kind": "table"})))
    assert plain != definition_hash(parse_definition(minimal(rows=["source"])))
    assert plain != definition_hash(parse_definition(minimal(where={"field": "source", "op": "empty"})))


@pytest.mark.parametrize("data", [None, 1, "lead", [], [1], True])
def test_what_is_no_object_is_refused(data):
    assert problems(data) == {"": "not_object"}


_words = st.sampled_from(
    [
        "root",
        "lead",
        "measures",
        "ref",
        "lead.count",
        "rows",
        "field",
        "source",
        "top",
        "n",
        "where",
        "all",
        "d1",
    ]
)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), _words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(_words, st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=20,
)
_keys = st.sampled_from(sorted([*words.KEYS, "other"]))


@given(data=st.dictionaries(_keys, _json, max_size=6), measured=st.booleans())
def test_nonsense_is_refused_and_never_breaks_anything(data, measured):
    given_ = {**(minimal() if measured else {"root": "lead"}), **data}
    try:
        definition = parse_definition(given_)
    except DefinitionError as error:
        wrong = [problem.message for problem in error.problems]
    else:
        wrong = []
        assert to_json(parse_definition(to_json(definition))) == to_json(definition)
    assert all(wrong)
    assert wrong or measured or "measures" in data
