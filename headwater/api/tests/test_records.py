"""Any object's records: list, create, read, change, delete."""

import pytest

from headwater.testing.factories import make_contact, make_customer, make_lead, make_option

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


def test_creating_answers_with_the_record_and_its_address(api, seller_north):
    make_option("source", "Web form")
    given = {
        "first_name": "Ilze",
        "last_name": "Kalna",
        "source": "web_form",
        "value": 1234.5,
        "email": "ILZE@X.lv",
    }
    response = api.post("leads", given)
    assert response.status_code == 201
    lead = response.json()
    assert response.headers["Location"] == f"/api/v1/leads/{lead['id']}"
    assert response.headers["ETag"] == '"1"'
    expected = {
        "name": "Ilze Kalna",
        "source": "web_form",
        "value": 1234.5,
        "currency": "EUR",
        "email": "ilze@x.lv",
    }
    assert expected.items() <= lead.items()
    assert lead["owner"] == seller_north.pk
    assert lead["origin"] == "api"
    assert lead["version"] == 1
    assert api.get(f"leads/{lead['id']}").json() == lead


def test_every_wrong_value_is_named_and_nothing_is_written(api):
    response = api.post(
        "leads", {"first_name": "A", "email": "no", "sauce": 1, "origin": "ui", "source": "Fax"}
    )
    assert response.status_code == 422
    errors = {error["field"]: error["code"] for error in response.json()["errors"]}
    assert errors == {
        "email": "not_email",
        "sauce": "unknown_field",
        "origin": "read_only",
        "source": "unknown_choice",
    }
    assert api.get("leads").json()["count"] == {"value": 0, "exact": True}


def test_instants_are_utc_with_a_z(api):
    lead = api.post("leads", {"first_name": "A", "created_at": "2026-03-18T14:30:00+02:00"}).json()
    assert lead["created_at"] == "2026-03-18T12:30:00Z"
    assert lead["updated_at"].endswith("Z")


def test_numbers_stay_exact(api):
    lead = api.post("leads", {"first_name": "A", "value": 9999999999999.99, "employees": 2147483647}).json()
    assert (lead["value"], lead["employees"]) == (9999999999999.99, 2147483647)
    text = api.post("leads", {"first_name": "A", "value": "0.10"}).content.decode()
    assert '"value":0.1,' in text


def test_a_change_needs_only_what_changes(api, seller_north):
    lead = make_lead(seller_north, job_title="CEO")
    response = api.patch(f"leads/{lead.pk}", {"job_title": "CFO"})
    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    assert response.json()["job_title"] == "CFO"
    assert response.json()["first_name"] == lead.first_name


@pytest.mark.parametrize("header", ["1", '"1"', 'W/"1"'])
def test_a_stale_change_is_refused_with_both_states(api, seller_north, header):
    lead = make_lead(seller_north)
    assert (
        api.patch(f"leads/{lead.pk}", {"job_title": "CFO"}, headers={"If-Match": header}).status_code == 200
    )
    response = api.patch(f"leads/{lead.pk}", {"job_title": "CEO"}, headers={"If-Match": header})
    assert response.status_code == 409
    assert response.json()["current"]["job_title"] == "CFO"
    assert response.json()["current"]["version"] == 2
    assert response.json()["given"] == {"job_title": "CEO"}
    assert api.get(f"leads/{lead.pk}").json()["job_title"] == "CFO"


def test_a_version_that_is_none_is_named(api, seller_north):
    lead = make_lead(seller_north)
    response = api.patch(f"leads/{lead.pk}", {}, headers={"If-Match": "newest"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "If-Match"


def test_deleting_takes_the_record_out_of_sight(api_of, manager, seller_north):
    lead = make_lead(seller_north)
    assert api_of(manager).delete(f"leads/{lead.pk}").status_code == 204
    assert api_of(manager).get(f"leads/{lead.pk}").status_code == 404
    assert api_of(manager).get("leads").json()["items"] == []


def test_what_one_sees_but_may_not_change_is_403(api, manager, seller_north):
    lead = make_lead(manager)
    assert api.get(f"leads/{lead.pk}").status_code == 200
    assert api.patch(f"leads/{lead.pk}", {"job_title": "CEO"}).status_code == 403
    assert api.delete(f"leads/{lead.pk}").status_code == 403


def test_a_list_is_filtered_sorted_and_paged(api, seller_north):
    for number in range(5):
        make_lead(seller_north, first_name=f"L{number}", last_name="X", employees=number)
    filter = {"all": [{"field": "employees", "op": "ge", "value": 1}]}
    first = api.get("leads", filter=filter, sort="-employees", limit=3).json()
    assert [item["employees"] for item in first["items"]] == [4, 3, 2]
    assert first["count"] == {"value": 4, "exact": True}
    second = api.get("leads", filter=filter, sort="-employees", limit=3, after=first["next"]).json()
    assert [item["employees"] for item in second["items"]] == [1]
    assert second["next"] is None


def test_a_list_is_searched(api, seller_north):
    make_lead(seller_north, first_name="Jānis", last_name="Ozols", phone="+371 29 123 456")
    make_lead(seller_north, first_name="Anna", last_name="Liepa")
    for words in ("ozo", "JANIS", "29123456"):
        assert [item["last_name"] for item in api.get("leads", q=words).json()["items"]] == ["Ozols"]


def test_fields_choose_columns_and_follow_links(api, manager, seller_north):
    hidden, seen = make_customer(manager, name="Seen Ltd"), make_customer(seller_north, name="Own Ltd")
    make_lead(seller_north, first_name="A", last_name="B", customer=hidden.pk)
    make_lead(seller_north, first_name="C", last_name="D", customer=seen.pk)
    make_lead(seller_north, first_name="E", last_name="F")
    items = api.get("leads", fields="name,owner.team.name,customer.name,version", sort="first_name").json()[
        "items"
    ]
    assert [list(item) for item in items] == [
        ["id", "name", "owner.team.name", "customer.name", "version"]
    ] * 3
    assert [item["customer.name"] for item in items] == ["Seen Ltd", "Own Ltd", None]
    assert {item["owner.team.name"] for item in items} == {"North"}


def test_what_lies_behind_a_hidden_link_is_null(api_of, administrator, seller_north, seller_south):
    customer = make_customer(seller_south, name="Secret Ltd")
    make_lead(administrator, owner=seller_north.pk, customer=customer.pk)
    item = api_of(seller_north).get("leads", fields="customer.name,customer.owner.name").json()["items"][0]
    assert item["customer.name"] is None
    assert item["customer.owner.name"] is None


def test_one_record_takes_fields_too(api, seller_north):
    lead = make_lead(seller_north)
    assert api.get(f"leads/{lead.pk}", fields="owner.name").json() == {"id": lead.pk, "owner.name": "Nora"}


def test_a_count_is_exact_when_asked(api, seller_north, monkeypatch):
    monkeypatch.setattr("headwater.records.paging.COUNT_CAP", 2)
    for _number in range(4):
        make_contact(seller_north)
    assert api.get("contacts").json()["count"] == {"value": 2, "exact": False}
    assert api.get("contacts", count="exact").json()["count"] == {"value": 4, "exact": True}


def test_a_list_costs_the_same_queries_however_long(api, seller_north, django_assert_max_num_queries):
    for _number in range(20):
        make_lead(seller_north)
    api.get("me")  # notes once a minute that the token is used
    with django_assert_max_num_queries(10):  # two of them, once while no settings change: rules, holdings
        assert len(api.get("leads", fields="name,owner.name,owner.team.name").json()["items"]) == 20


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"filter": "{"}, "filter", "bad_json"),
        ({"filter": "[]"}, "filter", "not_object"),
        (
            {"filter": {"all": [{"field": "sauce", "op": "in", "value": []}]}},
            "filter.all.0.field",
            "unknown_field",
        ),
        ({"filter": {"field": "name", "op": "like", "value": "x"}}, "filter.op", "unknown_operator"),
        ({"filter": {"field": "owner.password", "op": "eq", "value": "x"}}, "filter.field", "unknown_field"),
        ({"sort": "sauce"}, "sort", "unknown_sort"),
        ({"sort": "owner__password"}, "sort", "unknown_sort"),
        ({"fields": "name,sauce"}, "fields", "unknown_field"),
        ({"fields": "owner.password"}, "fields", "unknown_field"),
        ({"after": "nonsense"}, "after", "bad_cursor"),
        ({"limit": "0"}, "limit", "greater_than_equal"),
        ({"limit": "1000000"}, "limit", "less_than_equal"),
        ({"limit": "many"}, "limit", "int_parsing"),
        ({"count": "maybe"}, "count", "literal_error"),
        ({"filtre": "{}"}, "filtre", "unknown_parameter"),
    ],
)
def test_words_that_are_none_are_named(api, query, field, code):
    response = api.get("leads", **query)
    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]


def test_an_unknown_word_of_a_filter_is_in_the_message(api):
    response = api.get("leads", filter={"field": "sauce", "op": "in", "value": ["x"]})
    assert "sauce" in response.json()["errors"][0]["message"]
    assert "sauce" in response.json()["detail"]


def test_describe_says_what_programs_need(api):
    described = api.get("leads/describe").json()
    fields = {field["key"]: field for field in described["fields"]}
    assert fields["status"]["choices"][4]["key"] == "quotation"
    assert fields["owner"]["kind"] == "user"
    assert fields["name"]["editable"] is False
    assert "in_range" in [operator["key"] for operator in fields["created_at"]["operators"]]
    assert described["rights"]["edit"] == "own"
    assert described["rights"]["see"] == "team"


def test_links_to_records_one_cannot_see_are_refused(api, seller_south):
    hidden = make_customer(seller_south)
    for number in (hidden.pk, 999_999):
        response = api.post("leads", {"first_name": "A", "customer": number})
        assert response.status_code == 422
        assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [("customer", "not_found")]
