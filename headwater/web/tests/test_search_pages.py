"""What the search page, the panel under the box and the palette answer."""

import pytest

from headwater.testing.factories import make_customer, make_lead
from headwater.users.actor import SYSTEM

pytestmark = pytest.mark.django_db

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_the_page_shows_whole_words_first_and_leads_to_the_list(client_of, administrator):
    for number in range(21):
        make_lead(administrator, first_name=f"Annabel {number}", last_name="Ozols")
    make_lead(administrator, first_name="Joanna", last_name="Ozols")
    exact = make_lead(administrator, first_name="Anna", last_name="Ozols", created_at="2020-01-01")
    customer = make_customer(administrator, name="Hannah & Co")
    page = client_of(administrator).get("/search/", {"q": "anna"}).content.decode()
    assert page.index(f"/leads/{exact.pk}/") < page.index("Annabel 20")
    assert "/leads/?q=anna" in page
    assert "Joanna" not in page
    assert f"/customers/{customer.pk}/" in page


@pytest.mark.parametrize("address", ["/search/", "/palette/"])
def test_nothing_is_found_of_others(client_of, seller_north, seller_south, address):
    make_lead(seller_south, first_name="Secretly", last_name="Kept")
    answer = client_of(seller_north).get(address, {"q": "cretl"}, headers=PARTIAL)
    assert answer.status_code == 200
    assert "Secretly" not in answer.content.decode()


def test_the_palette_remembers_only_what_is_still_there_for_the_reader(client_of, seller_north, seller_south):
    mine = make_lead(seller_north, first_name="Mine", last_name="")
    hers = make_lead(seller_south, first_name="Hers", last_name="")
    named = f"lead-{hers.pk},lead-{mine.pk},customer-{mine.pk},nothing-1,lead-x,user-1,,lead-{10**30}"
    answer = client_of(seller_north).get("/palette/", {"recent": named}, headers=PARTIAL).content.decode()
    assert f"/leads/{mine.pk}/" in answer
    assert answer.count("<a ") == 1


def test_words_that_are_hard_to_read_are_answered(client_of, administrator):
    make_lead(SYSTEM, owner=administrator.pk, first_name="x", last_name="")
    for typed in ("\x00", '"', "x" * 300, "<b>", "a " * 100, "%", "ស", "12345 '"):
        answer = client_of(administrator).get("/palette/", {"q": typed}, headers=PARTIAL)
        assert answer.status_code == 200
        assert "<b>" not in answer.content.decode()
