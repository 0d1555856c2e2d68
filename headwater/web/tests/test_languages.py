"""Who reads in which language, and who counts years how."""

from datetime import date

import pytest
from django.test import Client

from headwater.records.find import get_record
from headwater.testing.factories import make_token
from headwater.users.actor import Actor
from headwater.users.languages import customs
from headwater.users.models import Organization, User

THAI = {"Accept-Language": "fr, th-TH;q=0.9, en;q=0.5"}


def language_of(answer):
    return answer.content.decode().split('<html lang="')[1].split('"')[0]


def test_before_signing_in_the_browser_says_the_language_and_else_the_organization(db, administrator):
    assert language_of(Client(headers=THAI).get("/accounts/login/")) == "th"
    assert language_of(Client().get("/accounts/login/")) == "en"
    Organization.objects.update_or_create(pk=1, defaults={"language": "km"})
    assert language_of(Client(headers={"Accept-Language": "fr"}).get("/accounts/login/")) == "km"


def test_a_person_reads_in_her_language_whatever_the_browser_says(client_of, administrator):
    client = client_of(administrator)
    profile = {"name": "Anna", "language": "lv", "calendar": "gregorian"}
    assert client.post("/settings/profile/", profile).status_code == 302
    assert language_of(client.get("/", headers=THAI)) == "lv"
    assert client.post("/settings/profile/", profile | {"language": "tlh"}).status_code == 422
    assert client.post("/settings/profile/", profile | {"language": ""}).status_code == 302
    Organization.objects.update_or_create(pk=1, defaults={"language": "km"})
    assert language_of(client.get("/", headers=THAI)) == "km"


def test_the_first_page_offers_the_four_languages(db):
    page = Client(headers=THAI).get("/first-run/")
    assert language_of(page) == "th"
    for code in ("en", "th", "km", "lv"):
        assert f'href="?language={code}"' in page.content.decode()
    picked = Client(headers=THAI).get("/first-run/?language=km")
    assert language_of(picked) == "km"
    assert '<option value="km" selected' in picked.content.decode()
    assert customs("th") == {"phone_region": "TH", "week_start": 6}
    assert customs("lv") == {"phone_region": "LV", "week_start": 0}
    assert customs("en") == {}


def test_the_api_speaks_the_accepted_language_and_else_the_users(db, administrator):
    User.objects.filter(pk=administrator.pk).update(language="lv")
    bearer = {"Authorization": f"Bearer {make_token(administrator)}"}
    address = "/api/v1/leads/999999"
    assert Client().get(address, headers=bearer)["Content-Language"] == "lv"
    assert Client().get(address, headers=bearer | THAI)["Content-Language"] == "th"


@pytest.fixture
def buddhist(client_of, seller_north):
    User.objects.filter(pk=seller_north.pk).update(calendar="buddhist")
    return client_of(User.objects.get(pk=seller_north.pk))


@pytest.mark.parametrize("typed", ["18/03/2533", "๑๘.๓.๒๕๓๓", "2533-03-18", "១៨/០៣/២៥៣៣", "1990-03-18"])
def test_years_are_understood_and_shown_as_the_reader_counts_them(buddhist, seller_north, typed):
    made = buddhist.post("/contacts/new/", {"first_name": "Somsak", "birthday": typed})
    assert made.status_code == 302, made.content.decode()
    contact = get_record(Actor(seller_north), "contact", int(made["Location"].split("/")[-2]))
    assert contact.birthday == date(1990, 3, 18)
    page = buddhist.get(made["Location"]).content.decode()
    assert "18 Mar 2533" in page
    assert "18 Mar 1990" not in page


def test_a_year_of_another_era_is_refused_in_words_without_the_setting(client_of, seller_north):
    answer = client_of(seller_north).post("/contacts/new/", {"first_name": "S", "birthday": "2533-03-18"})
    assert answer.status_code == 422
    assert "between 1900 and 2200" in answer.content.decode()
