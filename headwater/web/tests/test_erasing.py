"""Erasing a person by the pages: choose, see what would happen, type the number, see what happened."""

import pytest

from headwater.customers.models import Contact
from headwater.jobs.models import Job
from headwater.jobs.services import run_until_idle
from headwater.testing.factories import make_contact
from headwater.transfer.models import Erasure

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(seller_north):
    return make_contact(
        seller_north, first_name="Anna", last_name="Berzina", email="anna@example.com", job_title="Buyer"
    )


def text_of(answer):
    return answer.content.decode()


def test_a_person_is_erased_after_seeing_what_would_happen(client_of, administrator, contact):
    browser = client_of(administrator)
    assert f"/contacts/{contact.pk}/erasure/" in text_of(browser.get(f"/contacts/{contact.pk}/"))
    form = text_of(browser.get(f"/contacts/{contact.pk}/erasure/"))
    assert "Job title" in form
    begun = browser.post(f"/contacts/{contact.pk}/erasure/", {"comments": "true", "elsewhere": "true"})
    assert begun.status_code == 302
    assert "nothing is erased yet" in text_of(browser.get(begun.url))
    run_until_idle()
    rehearsed = text_of(browser.get(begun.url))
    assert "Will be erased" in rehearsed
    assert "Stays, and why" in rehearsed
    refused = browser.post(f"{begun.url}confirmation/", {"typed": "yes"})
    assert refused.status_code == 422
    assert Contact.unscoped.get(pk=contact.pk).email
    browser.post(f"{begun.url}confirmation/", {"typed": str(contact.pk)})
    run_until_idle()
    done = text_of(browser.get(begun.url))
    assert "Was erased" in done
    assert "Berzina" not in done
    left = Contact.unscoped.get(pk=contact.pk)
    assert (left.name, left.email, left.job_title) == ("Erased", "", "Buyer")
    assert "erased personal data" in text_of(browser.get(f"/contacts/{contact.pk}/"))
    again = browser.post(f"{begun.url}confirmation/", {"typed": str(contact.pk)}, follow=True)
    assert "Only what was rehearsed" in text_of(again)


def test_who_lacks_the_right_is_neither_offered_nor_let_in(client_of, seller_north, seller_south, contact):
    browser = client_of(seller_north)
    assert "/erasure/" not in text_of(browser.get(f"/contacts/{contact.pk}/"))
    for answer in (
        browser.get(f"/contacts/{contact.pk}/erasure/"),
        browser.post(f"/contacts/{contact.pk}/erasure/"),
    ):
        assert answer.status_code == 403
    assert client_of(seller_south).get(f"/contacts/{contact.pk}/erasure/").status_code == 404
    assert not Erasure.objects.exists()


def test_an_erasure_that_failed_says_so_and_has_erased_nothing(client_of, administrator, contact):
    browser = client_of(administrator)
    begun = browser.post(f"/contacts/{contact.pk}/erasure/", {})
    Job.objects.update(state=Job.State.FAILED)
    assert "nothing was erased" in text_of(browser.get(begun.url))
    assert Contact.unscoped.get(pk=contact.pk).email
