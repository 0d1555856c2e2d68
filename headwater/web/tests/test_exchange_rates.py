"""The settings page of exchange rates."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.users.models import ExchangeRate, User

ClientOf = Callable[[User], Client]
PAGE = "/settings/exchange-rates/"
ECB = b"Date,USD,JPY,\n2026-03-17,1.25,160,\n2026-03-16,1.28,N/A,\n"


@pytest.fixture
def admin(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def upload(client: Client, content: bytes) -> tuple[int, str]:
    answer = client.post(
        f"{PAGE}file/", {"file": SimpleUploadedFile("eurofxref-hist.csv", content)}, follow=True
    )
    return answer.status_code, answer.content.decode()


def test_a_rate_is_typed_shown_and_deleted(admin: Client) -> None:
    answer = admin.post(PAGE, {"currency": "USD", "day": "2026-02-01", "rate": "0,92"})
    assert answer["Location"] == PAGE
    page = admin.get(PAGE).content.decode()
    assert "1 USD = 0.920000 EUR" in page
    assert "By hand" in page
    rate = ExchangeRate.objects.get()
    assert admin.post(f"{PAGE}{rate.pk}/deletion/")["Location"] == PAGE
    assert not ExchangeRate.objects.exists()
    assert admin.post(f"{PAGE}{rate.pk}/deletion/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"currency": "EUR"}, "currency"), ({"day": "soon"}, "day"), ({"rate": "much"}, "rate")],
)
def test_what_is_wrong_is_said_beside_the_control(admin: Client, wrong: dict[str, str], field: str) -> None:
    answer = admin.post(PAGE, {"currency": "USD", "day": "2026-02-01", "rate": "0.92"} | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="e-{field}"' in page
    assert f'value="{wrong.get("rate", "0.92")}"' in page


def test_a_file_of_the_bank_is_loaded(admin: Client) -> None:
    status, page = upload(admin, ECB)
    assert status == 200
    assert "3 rates are new." in page
    assert "1 USD = 0.800000 EUR" in page
    assert "1 JPY = 0.00625000 EUR" in page
    assert "From a file" in page
    only = admin.get(PAGE, {"only": "JPY"}).content.decode()
    assert "1 JPY" in only
    assert "1 USD" not in only
    admin.post(PAGE, {"currency": "USD", "day": "2026-03-17", "rate": "0.9"})
    assert "1 that was typed by hand stays." in upload(admin, ECB)[1]


@pytest.mark.parametrize("content", [b"", b"Name\nAnna\n", b"<x/>", b"PK\x03\x04"])
def test_a_file_that_is_none_is_refused(admin: Client, content: bytes) -> None:
    status, page = upload(admin, content)
    assert status == 422
    assert 'id="e-file"' in page
    assert admin.post(f"{PAGE}file/").status_code == 422


def test_only_administrators_change_rates(client_of: ClientOf, manager: User) -> None:
    client = client_of(manager)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}file/", {"file": SimpleUploadedFile("x.csv", ECB)}).status_code == 403
    assert client.post(f"{PAGE}1/deletion/").status_code == 403
    assert not ExchangeRate.objects.exists()
