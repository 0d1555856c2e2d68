"""Reports through the API: run, open a number, explain it, keep a definition."""

from datetime import datetime, timedelta

import pytest

from headwater.lib import clock
from headwater.metadata import registry
from headwater.records import asof
from headwater.reports.models import Report
from headwater.testing.factories import make_lead, make_opportunity, make_option, make_stage

pytestmark = pytest.mark.django_db

CONVERSION = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.conversion_rate"}],
    "rows": [{"id": "d1", "field": "lead.source"}],
    "totals": ["grand"],
}


@pytest.fixture
def leads(seller_north, seller_south):
    """Google: two leads of North, one converted, and one of South; one lead without a source."""
    make_option("source", "Google")
    make_stage()
    converted = make_lead(seller_north, source="google")
    make_opportunity(seller_north, lead=converted.pk)
    make_lead(seller_north, source="google")
    make_lead(seller_south, source="google")
    make_lead(seller_north)
    return converted


@pytest.fixture
def api(api_of, administrator, leads):
    return api_of(administrator)


def test_a_definition_is_run(api):
    result = api.post("reports/run", CONVERSION).json()
    assert result["columns"][0] == {"id": "d1", "label": "Source", "kind": "choice"}
    rows = {row["key"]["d1"]: row for row in result["rows"]}
    assert rows["google"]["labels"]["d1"] == "Google"
    cell = rows["google"]["cells"]["m1"]
    assert cell["value"] == pytest.approx(100 / 3)
    assert (cell["numerator"], cell["denominator"]) == (1, 3)
    assert rows[None]["cells"]["m1"]["value"] == 0
    assert result["totals"]["grand"]["m1"]["denominator"] == 4
    assert result["zone"] == "Europe/Riga"
    assert result["truncated"] is None
    assert result["sql"]


def test_each_reader_sees_her_own_numbers(api_of, seller_north, leads):
    result = api_of(seller_north, scope="read").post("reports/run", CONVERSION).json()
    rows = {row["key"]["d1"]: row["cells"]["m1"]["denominator"] for row in result["rows"]}
    assert rows == {"google": 2, None: 1}
    assert "sql" not in result


def test_a_number_opens_exactly_the_records_it_counted(api, leads):
    cell = {"row": {"d1": "google"}, "measure": "m1"}
    found = api.post("reports/drill", {"definition": CONVERSION, "cell": cell, "count": "exact"}).json()
    assert found["count"] == {"value": 3, "exact": True}
    counts = {item["id"]: item["counts_as"] for item in found["items"]}
    assert sorted(counts.values()) == ["converted", "not_converted", "not_converted"]
    assert counts[leads.pk] == "converted"
    in_list = api.get("leads", filter=found["filter"]).json()
    assert {item["id"] for item in in_list["items"]} == counts.keys()


def test_a_drill_is_paged_and_takes_fields(api):
    question = {
        "definition": CONVERSION,
        "cell": {},
        "limit": 3,
        "fields": "name,owner.name",
        "sort": ["name"],
    }
    first = api.post("reports/drill", question).json()
    assert [sorted(item) for item in first["items"]] == [["counts_as", "id", "name", "owner.name"]] * 3
    second = api.post("reports/drill", question | {"after": first["next"]}).json()
    assert len({item["id"] for item in first["items"] + second["items"]}) == 4
    assert second["next"] is None


def test_a_number_is_explained(api):
    told = api.post("reports/explain", {"definition": CONVERSION, "cell": {"row": {"d1": "google"}}}).json()
    assert told["measure"]["definition"]
    assert told["cell"]["denominator"] == 3
    assert "Google" in told["group"]


def test_a_report_is_kept_changed_shared_and_deleted(api_of, seller_north, seller_south, leads):
    mine, theirs = api_of(seller_north), api_of(seller_south)
    made = mine.post("reports", {"name": "By source", "definition": CONVERSION})
    assert made.status_code == 201
    report = made.json()
    path = f"reports/{report['id']}"
    assert (report["shared"], report["editable"], report["object"]) == (False, True, "lead")
    assert theirs.get(path).status_code == 404
    assert theirs.post("reports/run", {"report": report["id"]}).status_code == 404
    assert mine.patch(path, {"name": "Sources", "shared": True}).json()["name"] == "Sources"
    assert theirs.get(path).json()["editable"] is False
    result = theirs.post("reports/run", {"report": report["id"]}).json()
    assert [row["cells"]["m1"]["denominator"] for row in result["rows"]] == [1]
    assert theirs.patch(path, {"name": "Mine"}).status_code == 403
    assert theirs.delete(path).status_code == 403
    copy = theirs.post(f"{path}/copy").json()
    assert (copy["owner"], copy["shared"]) == (seller_south.pk, False)
    assert [r["id"] for r in theirs.get("reports").json()["items"]] == [copy["id"], report["id"]]
    assert mine.delete(path).status_code == 204
    assert theirs.get(path).status_code == 404


def test_a_saved_report_takes_overrides(api):
    number = api.post("reports", {"name": "R", "definition": CONVERSION}).json()["id"]
    where = {"all": [{"field": "source", "op": "in", "value": ["google"]}]}
    result = api.post("reports/run", {"report": number, "overrides": {"where": where}}).json()
    assert [row["key"]["d1"] for row in result["rows"]] == ["google"]
    assert Report.objects.get().definition.get("where") != where


def test_report_types_are_those_one_may_see(api, api_of, stranger):
    found = {each["object"]: each for each in api.get("report-types").json()["items"]}
    assert found.keys() == {entry.name for entry in registry.objects()}
    assert "lead.conversion_rate" in [measure["ref"] for measure in found["lead"]["measures"]]
    assert found["lead"]["presets"]
    assert api_of(stranger).get("report-types").json()["items"] == []


def test_every_shipped_report_runs(api):
    for found in api.get("report-types").json()["items"]:
        for preset in found["presets"]:
            assert api.post("reports/run", preset["definition"]).status_code == 200


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rows": [{"id": "d1", "field": "lead.sauce"}]}, "sauce"),
        ({"rows": [{"id": "d1", "field": "owner.password"}]}, "password"),
        ({"measures": [{"id": "m1", "ref": "lead.sauce"}]}, "sauce"),
        ({"root": "sauce"}, "sauce"),
        ({"sauce": 1}, "sauce"),
        ({"where": {"all": [{"field": "sauce", "op": "in", "value": ["x"]}]}}, "sauce"),
        ({"where": {"all": [{"field": "source", "op": "sauce", "value": ["x"]}]}}, "sauce"),
        ({"rows": [{"id": "d1", "field": "lead.created_at", "grain": "sauce"}]}, "sauce"),
        ({"sort": [{"by": "sauce"}]}, "sauce"),
        ({"totals": ["sauce"]}, "sauce"),
        ({"limit": {"rows": 10**30}}, ""),
        ({"v": 99}, ""),
    ],
)
def test_a_wrong_word_of_a_definition_is_named(api, change, word):
    for path, body in (
        ("reports/run", CONVERSION | change),
        ("reports/drill", {"definition": CONVERSION | change, "cell": {}}),
        ("reports", {"name": "R", "definition": CONVERSION | change}),
    ):
        refused = api.post(path, body)
        assert refused.status_code == 422, (path, refused.content)
        assert any(word in error["message"] for error in refused.json()["errors"])
        assert refused.json()["errors"][0]["field"]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"report": 999},
        {"report": "x"},
        {"report": 10**30},
        {"report": 1, "definition": CONVERSION},
        {"definition": []},
        {"definition": CONVERSION, "overrides": []},
        {"definition": CONVERSION, "sauce": 1},
        {"definition": CONVERSION, "overrides": {"sauce": 1}},
        {},
    ],
)
def test_a_question_that_is_none_is_refused(api, body):
    for path in ("reports/run", "reports/drill", "reports/explain"):
        assert api.post(path, body).status_code in (404, 422)


@pytest.mark.parametrize(
    "cell",
    [
        {"row": {"d9": "x"}},
        {"row": {"d1": {"a": 1}}},
        {"row": {"d1": "\x00"}},
        {"row": []},
        {"measure": "m9"},
        {"sauce": 1},
        {"row": {"d1": 10**30}},
    ],
)
def test_coordinates_that_are_none_are_no_error_of_ours(api, cell):
    for path in ("reports/drill", "reports/explain"):
        answer = api.post(path, {"definition": CONVERSION, "cell": cell})
        assert answer.status_code in (200, 422), (path, answer.content)


def test_a_stranger_runs_nothing(api_of, stranger, leads):
    api = api_of(stranger)
    assert api.post("reports/run", CONVERSION).status_code == 403
    assert api.post("reports/drill", {"definition": CONVERSION, "cell": {}}).status_code == 403
    assert api.post("reports", {"name": "R", "definition": CONVERSION}).status_code == 403


FULL = {
    "v": 1,
    "name": "R",
    "root": "lead",
    "measures": [
        {"id": "m1", "ref": "lead.conversion_rate", "basis": "cohort"},
        {"id": "m2", "ref": "lead.count"},
    ],
    "rows": [
        {"id": "d1", "field": "lead.source", "null": "show", "top": {"n": 10, "by": "m2", "other": True}}
    ],
    "columns": [{"id": "d2", "field": "lead.created_at", "grain": "month", "fill": True}],
    "period": {"field": "lead.created_at", "range": {"rel": "this", "unit": "year"}, "locked": True},
    "where": {
        "all": [{"field": "lead.owner.team", "op": "in", "value": [1]}, {"exists": {"path": "opportunities"}}]
    },
    "sort": [{"by": "m1", "dir": "desc", "nulls": "last"}],
    "limit": {"rows": 500},
    "chart": {"kind": "bar", "x": "d1", "y": ["m1"], "series": "d2"},
    "table": {"columns": ["lead.owner", "lead.status"], "order": ["-lead.created_at"]},
    "totals": ["grand", "rows", "columns"],
}
NONSENSE = ["\x00", "sauce", 10**30, -1, None, [], {"sauce": 1}, ["\x00", {}], True]


def spoiled(part):
    """Yield the definition with each part replaced by nonsense, one at a time."""
    keys = part.keys() if isinstance(part, dict) else range(len(part))
    for key in keys:
        for value in NONSENSE:
            copy = dict(part) if isinstance(part, dict) else list(part)
            copy[key] = value
            yield copy
        if isinstance(part[key], (dict, list)):
            for inner in spoiled(part[key]):
                copy = dict(part) if isinstance(part, dict) else list(part)
                copy[key] = inner
                yield copy


def test_the_full_definition_is_understood(api):
    assert api.post("reports/run", FULL).status_code == 200


def test_no_definition_is_an_error_of_ours(api, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    api.client.raise_request_exception = False
    problems = []
    for definition in spoiled(FULL):
        answer = api.post("reports/run", definition)
        if answer.status_code not in (200, 422) or (
            answer.status_code == 422 and not answer.json()["errors"]
        ):
            problems.append((definition, answer.status_code))
    assert not problems


def test_columns_without_any_record_are_an_empty_table(api):
    nobody = {"all": [{"field": "first_name", "op": "eq", "value": "Nobody"}]}
    definition = CONVERSION | {"where": nobody, "columns": [{"id": "d2", "field": "lead.status"}]}
    result = api.post("reports/run", definition).json()
    assert (result["rows"], result["column_groups"]) == ([], [])


def test_a_report_is_shared_with_teams_and_users(api_of, seller_north, seller_south):
    mine, theirs = api_of(seller_north), api_of(seller_south)
    named = {"everybody": False, "teams": [seller_south.team_id], "users": []}
    report = mine.post("reports", {"name": "R", "definition": CONVERSION, "shared_with": named}).json()
    assert (report["shared"], report["shared_with"]) == (False, named)
    path = f"reports/{report['id']}"
    assert theirs.get(path).json()["editable"] is False
    everybody = mine.patch(path, {"shared": True}).json()
    assert everybody["shared_with"] == named | {"everybody": True}
    nobody = mine.patch(path, {"shared_with": {}}).json()
    assert nobody["shared_with"] == {"everybody": False, "teams": [], "users": []}
    assert theirs.get(path).status_code == 404
    nonsense: list[object] = [{"teams": [999]}, {"team": 1}, []]
    for wrong in nonsense:
        assert mine.patch(path, {"shared_with": wrong}).status_code == 422


def test_a_report_as_of_an_earlier_instant(api, api_of, seller_north, administrator):
    with clock.pretend(clock.now() - timedelta(days=3)):
        old = make_lead(administrator, source="google", first_name="Old")
    then = (clock.now() - timedelta(days=2)).isoformat()
    patched = api.patch(f"leads/{old.pk}", {"first_name": "New", "source": None})
    assert patched.status_code == 200
    asked = {"definition": CONVERSION, "overrides": {"as_of": then}}
    result = api.post("reports/run", asked).json()
    assert [row["key"] for row in result["rows"]] == [{"d1": "google"}]
    assert result["totals"]["grand"]["m1"]["denominator"] == 1
    assert datetime.fromisoformat(result["as_of"]) == datetime.fromisoformat(then)
    opened = api.post("reports/drill", asked | {"fields": "first_name,source,owner.name"}).json()
    assert [(item["first_name"], item["source"]) for item in opened["items"]] == [("Old", "google")]
    assert datetime.fromisoformat(opened["as_of"]) == datetime.fromisoformat(then)
    told = api.post("reports/explain", asked).json()
    assert told["as_of"].startswith("as of ")
    assert api_of(seller_north).post("reports/run", asked).json()["totals"]["grand"]["m1"]["denominator"] == 0
    assert api.post("reports/drill", {"definition": CONVERSION}).json()["as_of"] is None


@pytest.mark.parametrize(
    ("word", "code"), [("3026-01-01", "in_future"), ({}, "bad_instant"), (1, "bad_instant")]
)
def test_a_wrong_instant_is_a_problem_of_its_word(api, word, code):
    answer = api.post("reports/run", CONVERSION | {"as_of": word})
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("as_of", code)]


def test_too_much_that_changed_since_is_a_problem_that_says_what_to_do(api, leads, monkeypatch):
    monkeypatch.setattr(asof, "MOST_CHANGED", 0)
    then = clock.now().isoformat()
    api.patch(f"leads/{leads.pk}", {"first_name": "New"})
    answer = api.post("reports/run", CONVERSION | {"as_of": then})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("as_of", "too_much_changed")
    assert "choose a later" in error["message"]
