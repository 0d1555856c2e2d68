"""Reports over HTTP: numbers, rights, what the controls do, and what is said of nonsense."""

import hashlib
import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from headwater.reports.catalog import report_type
from headwater.reports.definition import parse_definition, to_json
from headwater.reports.services import save_report, share_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import actor_of, make_lead, make_option
from headwater.users.models import User
from headwater.web.tests.reports_helpers import (
    CONVERSION,
    FAIR,
    NEW,
    PARTIAL,
    RATE,
    ClientOf,
    after,
    bring_leads,
    drawn,
    get,
    table,
    text,
)
from headwater.web.views.reports.drafts import short
from headwater.web.views.reports.packing import pack


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    bring_leads(seller_north, seller_south)


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def test_the_shipped_report_is_finished_and_right(client: Client, leads: None) -> None:
    answer = get(client, NEW, type="lead.conversion", definition=RATE)
    assert answer.status_code == 200
    assert table(answer) == [
        ["Fair", "5", "2", "40.0%"],
        ["Mail", "3", "0", "0.0%"],
        ["All together", "8", "2", "25.0%"],
    ]
    assert "(cohort)" in text(answer)
    assert "2 of 8" in text(answer)
    bars = drawn(answer)["bars"]
    assert [(bar["label"], bar["value"], bar["detail"]) for bar in bars] == [
        ("Fair", 40.0, "2 of 5 converted"),
        ("Mail", 0.0, "0 of 3 converted"),
    ]


def test_small_samples_are_pale_and_young_cohorts_hatched(client: Client, leads: None) -> None:
    make_lead(User.objects.get(name="Nora"), source="fair")
    by_month = RATE | {"rows": [{"id": "d1", "field": "created_at", "grain": "month"}]}
    bars = drawn(get(client, NEW, type="lead", definition=by_month))["bars"]
    assert bars[0]["small"], "three leads of January"
    assert not bars[0]["open"]
    assert bars[-1]["open"], "this month is not over"
    assert "n=3" in bars[0]["tag"]
    between = [bar for bar in bars if bar["value"] is None]
    assert between, "months without leads have no rate"
    assert {bar["text"] for bar in between} == {"–"}


def test_each_reader_sees_her_own_numbers(
    client_of: ClientOf, leads: None, administrator: User, seller_north: User
) -> None:
    saved = save_report(actor_of(administrator), name="Ours", definition=RATE)
    share_report(actor_of(administrator), saved.pk, Readers(everybody=True))
    hers = get(client_of(seller_north), f"/reports/{saved.pk}/")
    assert table(hers) == [["Fair", "5", "2", "40.0%"], ["All together", "5", "2", "40.0%"]]
    assert "Mail" not in text(hers)
    assert "Your own leads only." in text(hers)


def test_a_mark_opens_exactly_its_records_with_what_they_count_as(client: Client, leads: None) -> None:
    query = {"type": "lead", "definition": RATE, "mark": FAIR}
    part = client.get(
        "/reports/records/",
        {k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()},
        headers=PARTIAL,
    )
    said = text(part)
    assert "5 leads" in said
    assert "Source is Fair" in said
    assert said.count("Not converted") == 3
    assert sorted(re.findall(r"Fair \d", said)) == [f"Fair {n}" for n in range(5)]
    address = part["HX-Push-Url"]
    assert json.loads(parse_qs(urlsplit(address).query)["mark"][0]) == FAIR
    again = client.get(address)
    assert "5 leads" in text(again)
    assert 'aria-current="true"' in again.content.decode()
    link = re.search(r'href="(/leads/\?filter=[^"]*)"', part.content.decode())
    assert link
    assert "5 records" in text(client.get(unescape(link[1])))


def test_the_records_go_on_in_pages(client: Client, administrator: User) -> None:
    for number in range(30):
        make_lead(administrator, last_name=f"Person {number:02}")
    query = {"type": "lead", "definition": json.dumps(RATE | {"rows": []})}
    seen, after_word = [], ""
    for _page in range(3):
        page = client.get(
            "/reports/records/", query | ({"after": after_word} if after_word else {}), headers=PARTIAL
        )
        body = page.content.decode()
        seen += re.findall(r"Person \d\d", text(page))
        found = re.search(r'"after": "([^"]*)"', unescape(body))
        if not found:
            break
        after_word = found[1]
    assert sorted(seen) == [f"Person {number:02}" for number in range(30)]


def test_a_mark_that_means_nothing_shows_all_and_says_so(client: Client, leads: None) -> None:
    answer = get(client, NEW, type="lead", definition=RATE, mark={"row": {"d9": "x"}, "measure": "m1"})
    assert answer.status_code == 200
    assert "d9" in text(answer)
    assert "8 leads" in text(answer)


@pytest.mark.parametrize(
    ("controls", "key", "expected"),
    [
        ({"view_by": "owner.team"}, "rows", [{"id": "d1", "field": "owner.team"}]),
        ({"view_by": "created_at"}, "rows", [{"id": "d1", "field": "created_at", "grain": "month"}]),
        (
            {"view_by": "created_at", "grain": "week"},
            "rows",
            [{"id": "d1", "field": "created_at", "grain": "month"}],
        ),
        ({"segment_by": "priority"}, "columns", [{"id": "d2", "field": "priority"}]),
        ({"chart": "scorecard"}, "chart", {"kind": "scorecard"}),
        ({"measure": "lead.count"}, "measures", [{"id": "m1", "ref": "lead.count"}]),
        (
            {"measure": "lead.value.sum"},
            "measures",
            [{"id": "m1", "ref": "lead.value.sum"}, {"id": "m2", "ref": "lead.count"}],
        ),
        (
            {"range": '{"rel":"last","unit":"month"}'},
            "period",
            {"field": "created_at", "range": {"rel": "last", "unit": "month"}},
        ),
        (
            {"range": "last", "n": "3", "unit": "week", "current": "true", "period_field": "converted_at"},
            "period",
            {
                "field": "converted_at",
                "range": {"rel": "last", "n": 3, "unit": "week", "include_current": True},
            },
        ),
        (
            {"range": "between", "from": "2026-01-01", "to": "2026-01-31"},
            "period",
            {"field": "created_at", "range": {"from": "2026-01-01", "to": "2026-02-01"}},
        ),
        ({"sort": "m2:asc"}, "sort", [{"by": "m2", "dir": "asc"}]),
    ],
)
def test_a_control_changes_its_word_and_nothing_else(
    client: Client, leads: None, controls: dict[str, str], key: str, expected: Any
) -> None:
    found = after(client, **controls)
    assert found[key] == expected
    assert found["root"] == "lead"
    others = {"rows", "measures", "period"} - {key}
    shipped = short(to_json(parse_definition(report_type("lead").presets[0].data)))
    assert all(found[other] == shipped[other] for other in others)


def test_any_time_takes_the_period_away_and_a_grain_keeps_the_field(client: Client, leads: None) -> None:
    assert "period" not in after(client, range="all")
    by_month = after(client, view_by="created_at")
    assert after(client, definition=by_month, grain="year")["rows"] == [
        {"id": "d1", "field": "created_at", "grain": "year"}
    ]
    assert after(client, definition=by_month, view_by="source", sort="m1:desc") == {}, (
        "this is the shipped report again"
    )


def test_the_designer_offers_every_field_and_each_can_be_viewed_by(client: Client, leads: None) -> None:
    offered = [
        one for one in report_type("lead").dimensions if not one.section or one.key.startswith("owner.")
    ]
    page = get(client, NEW, **CONVERSION).content.decode()
    for one in offered:
        assert f'name="view_by" value="{one.key}"' in page
        for grain in [key for key, _label in one.grains] or [""]:
            row = {"id": "d1", "field": one.key} | ({"grain": grain} if grain else {})
            answer = get(client, NEW, type="lead", definition=RATE | {"rows": [row]}, edit="0")
            assert answer.status_code == 200, f"{row}: {text(answer)[:400]}"
            assert table(answer)[-1] == ["All together", "8", "2", "25.0%"], row


def test_segments_cut_every_group_and_add_up(client: Client, leads: None) -> None:
    cut = RATE | {
        "measures": [{"ref": "lead.count"}],
        "columns": [{"id": "d2", "field": "owner"}],
        "totals": ["grand", "columns"],
    }
    answer = get(client, NEW, type="lead", definition=cut)
    assert table(answer) == [["Fair", "5", "", "5"], ["Mail", "", "3", "3"], ["All together", "5", "3", "8"]]
    chart = drawn(answer)
    assert chart["stacked"]
    assert chart["segments"] == ["Nora", "Sam"]
    assert [[part["value"] for part in bar["parts"]] for bar in chart["bars"]] == [[5.0, None], [None, 3.0]]
    spot = re.search(r'value="([^"]*)" id="mark-0-0"', answer.content.decode())
    assert spot
    part = client.get(
        "/reports/records/",
        {"type": "lead", "definition": json.dumps(cut), "mark": unescape(spot[1])},
        headers=PARTIAL,
    )
    assert "5 leads" in text(part)


def test_a_stack_of_many_segments_is_as_high_as_its_total(client: Client, administrator: User) -> None:
    for number in range(11):
        make_option("territory", f"Region {number:02}")
        make_lead(administrator, territory=f"region_{number:02}")
    cut = {
        "v": 1,
        "root": "lead",
        "measures": [{"ref": "lead.count"}],
        "rows": [{"field": "priority"}],
        "columns": [{"field": "territory"}],
    }
    chart = drawn(get(client, NEW, type="lead", definition=cut))
    assert len(chart["segments"]) == 8
    assert sum(part["value"] for part in chart["bars"][0]["parts"]) == chart["bars"][0]["value"] == 11


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        (RATE | {"measures": [{"ref": "lead.luck"}]}, "lead.luck"),
        (RATE | {"rows": [{"field": "sauce"}]}, "sauce"),
        (RATE | {"rows": [{"field": "created_at", "grain": "fortnight"}]}, "fortnight"),
        (RATE | {"columns": [{"field": "sauce"}]}, "sauce"),
        (RATE | {"period": {"field": "created_at", "range": {"rel": "soon", "unit": "year"}}}, "soon"),
        (RATE | {"period": {"field": "nowhere", "range": {"rel": "this", "unit": "year"}}}, "nowhere"),
        (RATE | {"where": {"all": [{"field": "hue", "op": "eq", "value": 1}]}}, "hue"),
        (RATE | {"where": {"all": [{"field": "owner.team", "op": "my_team"}]}}, "team"),
        (RATE | {"chart": {"kind": "pie"}}, "pie"),
        (RATE | {"root": "planet"}, "planet"),
        (RATE | {"surprise": 1}, "surprise"),
        (RATE | {"v": 2}, "2"),
        ({"rows": 7, "measures": {"a": 1}, "period": [], "where": "x", "root": None}, "None"),
        ([1, 2, 3], "JSON object"),
        ("word", "JSON object"),
    ],
)
def test_what_means_nothing_is_named_and_never_breaks_the_page(
    client: Client, definition: Any, named: str
) -> None:
    answer = client.get(NEW, {"type": "lead.conversion", "definition": json.dumps(definition)})
    assert answer.status_code == 422
    assert named in text(answer)
    for part in ("/reports/records/", "/reports/explanation/", "/reports/conditions/"):
        words = {"type": "lead.conversion", "definition": json.dumps(definition)}
        assert client.get(part, words, headers=PARTIAL).status_code in (422, 200)
    touched = client.get(
        NEW,
        {
            "type": "lead.conversion",
            "definition": json.dumps(definition),
            "apply": "1",
            "view_by": "source",
            "grain": "day",
            "segment_grain": "day",
            "period_field": "created_at",
            "sort": "m1:asc",
            "drop": "0",
            "chart": "bar",
        },
    )
    assert touched.status_code == 302
    assert client.get(touched["Location"]).status_code in (200, 422)


@pytest.mark.parametrize(
    "query",
    [
        "definition={",
        "definition=1.",
        "definition=1.x",
        "definition=1.%C4%81",
        f"definition={pack({})[:-2]}",
        f"definition={pack(['x' * 60_001])}",
        "definition=" + "[" * 4000,
        "mark={",
        "mark=7",
        "report=x",
        "after=nonsense",
    ],
)
def test_broken_addresses_are_answered(client: Client, leads: None, query: str) -> None:
    for address in (
        NEW,
        "/reports/records/",
        "/reports/explanation/",
        "/reports/conditions/",
        "/reports/saving/",
    ):
        answer = client.get(f"{address}?type=lead.conversion&{query}", headers=PARTIAL)
        assert answer.status_code in (200, 404, 422), (address, query)


def test_a_link_to_an_unsaved_report_opens_for_who_may_not_open_the_saved_one(
    client: Client, client_of: ClientOf, leads: None, administrator: User, seller_north: User
) -> None:
    saved = save_report(actor_of(administrator), name="Ours", definition=RATE)
    page = get(client, f"/reports/{saved.pk}/", apply="1", view_by="owner")
    shown = client.get(page["Location"]).content.decode()
    found = re.search(r'id="report-link" hidden>http://testserver(.*?)<', shown)
    assert found
    link = unescape(found[1])
    assert len(link) < 400
    theirs = client_of(seller_north).get(link)
    assert [row[0] for row in table(theirs)] == ["Nora", "All together"]
    kept = client.get(f"/reports/{saved.pk}/").content.decode()
    assert f'id="report-link" hidden>http://testserver/reports/{saved.pk}/<' in kept


def test_a_report_too_long_for_an_address_says_so(client: Client, leads: None) -> None:
    values = [hashlib.sha256(bytes([n])).hexdigest() for n in range(120)]
    many = {"all": [{"field": "last_name", "op": "in", "value": values}]}
    page = get(client, NEW, type="lead", definition=RATE | {"where": many}, apply="1", view_by="owner")
    assert page.status_code == 422
    assert "too long for an address" in text(page)


def test_unknown_types_and_reports_are_not_found(client: Client) -> None:
    assert client.get(NEW, {"type": "planet"}).status_code == 404
    assert client.get(NEW, {"type": "user"}).status_code == 404
    assert client.get("/reports/999/").status_code == 404
    assert client.get(NEW).status_code == 302


def test_the_explanation_says_all_and_shows_sql_to_administrators_only(
    client_of: ClientOf, leads: None, administrator: User, seller_north: User
) -> None:
    words = {"type": "lead", "definition": json.dumps(RATE), "mark": json.dumps(FAIR)}
    told = text(client_of(administrator).get("/reports/explanation/", words, headers=PARTIAL))
    for part in (
        "40.0%",
        "2 count as",
        "5 leads",
        "at least one opportunity or customer",
        "Source: Fair",
        "any time",
        "SELECT",
    ):
        assert part in told
    hers = client_of(seller_north).get("/reports/explanation/", words)
    assert "SELECT" not in text(hers)
    assert "Your own leads only." in text(hers)
    link = re.search(r'href="(/leads/\?filter=[^"]*)"', hers.content.decode())
    assert link
    assert "5 records" in text(client_of(seller_north).get(unescape(link[1])))


def test_conditions_are_built_and_dropped(client: Client, leads: None) -> None:
    form = {
        "type": "lead",
        "definition": json.dumps(RATE),
        "do": "apply",
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "source",
        "op:r-0": "in",
        "value:r-0": "fair",
    }
    built = client.post("/reports/conditions/", form)
    page = client.get(built["Location"])
    assert table(page)[-1] == ["All together", "5", "2", "40.0%"]
    assert "Source is Fair" in text(page)
    given = parse_qs(urlsplit(built["Location"]).query)["definition"][0]
    dropped = client.get(NEW, {"type": "lead", "definition": given, "apply": "1", "drop": "0"})
    assert table(client.get(dropped["Location"]))[-1][1] == "8"


def test_who_sees_no_leads_gets_no_report_of_them(
    client_of: ClientOf, leads: None, stranger: User, administrator: User
) -> None:
    client = client_of(stranger)
    shared = save_report(actor_of(administrator), name="Ours", definition=RATE)
    share_report(actor_of(administrator), shared.pk, Readers(everybody=True))
    assert "Nothing to report on" in text(client.get("/reports/"))
    for address in (
        f"{NEW}?type=lead.conversion",
        f"/reports/{shared.pk}/",
        "/reports/records/?type=lead",
        "/reports/explanation/?type=lead",
    ):
        answer = client.get(address, headers=PARTIAL)
        assert answer.status_code == 403, address
        assert "Fair" not in text(answer)


def test_an_empty_report_says_what_to_do(client: Client) -> None:
    answer = get(client, NEW, **CONVERSION)
    assert answer.status_code == 200
    assert "Nothing to count" in text(answer)
    assert "–" in text(answer), "no rate of nothing"


def test_labels_are_people_s_texts(client: Client, administrator: User) -> None:
    hostile = "</script><img src=x onerror=alert(1)>'\""
    make_option("source", hostile)
    make_lead(administrator, source=to_key(hostile))
    answer = get(client, NEW, type="lead", definition=RATE | {"name": hostile})
    assert "<img" not in answer.content.decode()
    assert drawn(answer)["bars"][0]["label"] == hostile


def to_key(label: str) -> str:
    from headwater.metadata import choices

    return next(option.key for option in choices.options_of("source") if str(option.label) == label)


def test_a_page_asks_few_questions(client: Client, leads: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        get(client, NEW, **CONVERSION)
    with django_assert_max_num_queries(12):
        client.get(
            "/reports/records/",
            {"type": "lead", "definition": json.dumps(RATE), "mark": json.dumps(FAIR)},
            headers=PARTIAL,
        )
