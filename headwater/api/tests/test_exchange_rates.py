"""Exchange rates: everybody reads them, administrators change them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.users.models import ExchangeRate

pytestmark = pytest.mark.django_db

USD = {"currency": "USD", "day": "2026-02-01", "rate": 0.92}
ECB = b"Date,USD,JPY,\n2026-03-17,1.25,160,\n"


@pytest.fixture
def admin(api_of, administrator):
    return api_of(administrator)


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


def send(api, content, **parts):
    form = {"file": SimpleUploadedFile("eurofxref-hist.csv", content), **parts}
    return api.upload("exchange-rates/file", form)


def test_a_rate_is_entered_read_and_deleted(admin, api):
    made = admin.post("exchange-rates", USD)
    assert made.status_code == 201
    rate = made.json()
    assert rate == USD | {"id": rate["id"], "against": "EUR", "origin": "typed"}
    assert api.get("exchange-rates").json()["items"] == [rate]
    assert api.get("exchange-rates", currency="JPY").json()["items"] == []
    assert admin.delete(f"exchange-rates/{rate['id']}").status_code == 204
    assert admin.delete(f"exchange-rates/{rate['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "x" * 500}, "currency"),
        ({"day": "soon"}, "day"),
        ({"rate": 0}, "rate"),
        ({"rate": "x"}, "rate"),
        ({"rate": []}, "rate"),
        ({"mood": 1}, "mood"),
    ],
)
def test_a_wrong_rate_is_named(admin, change, field):
    refused = admin.post("exchange-rates", USD | change)
    assert refused.status_code == 422
    assert {error["field"].partition(".")[0] for error in refused.json()["errors"]} == {field}
    assert not ExchangeRate.objects.exists()


def test_a_file_of_the_bank_is_loaded(admin):
    loaded = send(admin, ECB)
    assert (loaded.status_code, loaded.json()) == (200, {"written": 2, "known": 0, "kept": 0})
    assert send(admin, ECB).json() == {"written": 0, "known": 2, "kept": 0}
    refused = send(admin, b"Name\nAnna\n")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_ecb")
    assert send(admin, ECB, more="1").json()["errors"][0]["field"] == "more"
    assert admin.post("exchange-rates/file", {}).status_code == 415


def test_only_administrators_change_rates(api):
    assert api.post("exchange-rates", USD).status_code == 403
    assert send(api, ECB).status_code == 403
    assert api.delete("exchange-rates/1").status_code == 403
    assert not ExchangeRate.objects.exists()
