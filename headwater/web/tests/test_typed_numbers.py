"""Numbers and money as each reader writes them, in every control that takes them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.users.models import ExchangeRate, User
from headwater.web.tests.test_filters import FormReader, form_of

WAYS = {"en": "1,234.50", "lv": "1\u00a0234,50", "th": "1,234.50", "km": "1,234.50"}
VALUE_SECTION = "work"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}

ClientOf = Callable[[User], Client]


@pytest.fixture
def reader(client_of: ClientOf, administrator: User) -> Callable[[str], Client]:
    def reading_in(language: str) -> Client:
        User.objects.filter(pk=administrator.pk).update(language=language)
        return client_of(User.objects.get(pk=administrator.pk))

    return reading_in


def value_of(answer: Any) -> Decimal | None:
    return Lead.unscoped.get(pk=int(answer["Location"].split("/")[-2])).value


@pytest.mark.parametrize("language", WAYS)
@pytest.mark.parametrize("digits", ["0123456789", "๐๑๒๓๔๕๖๗๘๙", "០១២៣៤៥៦៧៨៩"])
def test_a_new_record_takes_an_amount_as_its_reader_writes_it(
    reader: Callable[[str], Client], language: str, digits: str
) -> None:
    typed = WAYS[language].translate(str.maketrans("0123456789", digits))
    made = reader(language).post("/leads/new/", {"first_name": "A", "value": typed, "currency": "EUR"})
    assert value_of(made) == Decimal("1234.5")


@pytest.mark.parametrize("language", WAYS)
def test_an_amount_is_shown_for_typing_as_its_reader_writes_it_and_stays(
    reader: Callable[[str], Client], administrator: User, language: str
) -> None:
    lead = make_lead(administrator, first_name="Marta", value="1234.50", currency="EUR")
    client, form = reader(language), FormReader()
    address = f"/leads/{lead.pk}/sections/{VALUE_SECTION}/"
    form.feed(client.get(address, headers=PART).content.decode())
    assert form.values["value"] == [WAYS[language]]
    assert client.post(address, form.values, headers=PART).status_code == 200
    lead.refresh_from_db()
    assert (lead.version, lead.value) == (1, Decimal("1234.5"))


def test_an_entry_of_two_meanings_is_asked_back_as_it_was_typed(reader: Callable[[str], Client]) -> None:
    given = {"first_name": "A", "value": "2.500", "currency": "EUR"}
    answer = reader("lv").post("/leads/new/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2.500"' in page
    assert "2\u00a0500" in page
    assert not Lead.unscoped.exists()
    assert value_of(reader("en").post("/leads/new/", given)) == Decimal("2.5")


@pytest.mark.parametrize("language", WAYS)
def test_conditions_take_and_show_numbers_as_their_reader_writes_them(
    reader: Callable[[str], Client], language: str
) -> None:
    client = reader(language)
    tree = {"all": [{"field": "value", "op": "between", "value": ["1234.50", "99999.25"]}]}
    form = form_of(client.get("/leads/filter/", {"filter": json.dumps(tree)}).content.decode())
    assert form["value:r-0"] == [WAYS[language]]
    applied = client.post("/leads/filter/", form | {"do": "apply"})
    assert json.loads(parse_qs(urlsplit(applied["Location"]).query)["filter"][0]) == tree


def test_a_condition_of_two_meanings_is_asked_beside_it(reader: Callable[[str], Client]) -> None:
    client = reader("lv")
    tree = {"all": [{"field": "value", "op": "gt", "value": "5"}]}
    form = form_of(client.get("/leads/filter/", {"filter": json.dumps(tree)}).content.decode())
    answer = client.post("/leads/filter/", form | {"value:r-0": "2.500", "do": "apply"})
    assert answer.status_code == 422
    assert 'value="2.500"' in answer.content.decode()
    assert "2\u00a0500" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "rate"), [("lv", "0,926"), ("lv", "0.926"), ("en", "0,926"), ("km", "០.៩២៦")]
)
def test_a_rate_of_exchange_is_read_as_its_reader_writes_it(
    reader: Callable[[str], Client], language: str, rate: str
) -> None:
    given = {"currency": "USD", "day": "2026-03-01", "rate": rate}
    assert reader(language).post("/settings/exchange-rates/", given).status_code == 302
    assert ExchangeRate.objects.get().rate == Decimal("0.926")


def test_a_rate_of_two_meanings_is_asked_back(reader: Callable[[str], Client]) -> None:
    given = {"currency": "USD", "day": "2026-03-01", "rate": "4.100"}
    answer = reader("lv").post("/settings/exchange-rates/", given)
    assert answer.status_code == 422
    assert 'value="4.100"' in answer.content.decode()
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("word", ["²", "9" * 5_000, "9" * 30, "-1"])
def test_what_can_be_the_number_of_nothing_is_refused(
    reader: Callable[[str], Client], administrator: User, word: str
) -> None:
    client, lead = reader("en"), make_lead(administrator, first_name="Marta")
    form = {"first_name": "A", "owner": word, "next_contact_by": word}
    assert client.post("/leads/new/", form).status_code == 422
    section = {"version": word, "was.next_contact_by": "", "next_contact_by": word}
    steps = urlencode({f"kind:r-{word}": "leaf", "kind:r-0": "leaf", "field:r-0": "owner", "value:r-0": word})
    answers = [
        client.post(f"/leads/{lead.pk}/sections/follow_up/", section),
        client.post("/leads/filter/", steps, content_type="application/x-www-form-urlencoded"),
        client.get("/imports/", {"before": word}),
        client.get("/palette/", {"recent": f"lead-{word}"}),
        client.get("/settings/audit/", {"person": word}),
        client.get("/notices/", {"after": word}),
    ]
    assert [answer.status_code for answer in answers] == [422, 200, 200, 200, 422, 422]
