"""The first page can be used once."""

from typing import Any

import pytest
from django.test import Client

from headwater.jobs.models import Job
from headwater.testing.factories import make_lead
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import Organization, User

FORM = {
    "name": "Anna Bērziņa",
    "email": "Anna@Example.com",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "company": "Amber Orchards",
    "language": "en",
    "currency": "THB",
    "zone": "Asia/Bangkok",
    "content": "empty",
}


@pytest.mark.django_db
def test_every_page_leads_there_while_nobody_owns_the_installation(client: Client) -> None:
    for address in ("/", "/leads/", "/accounts/login/", "/settings/users/"):
        assert client.get(address).headers["Location"] == "/first-run/"
    assert client.get("/first-run/").status_code == 200


@pytest.mark.django_db
def test_it_makes_the_owner_and_signs_her_in(client: Client) -> None:
    answer = client.post("/first-run/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = User.objects.get()
    assert (owner.email, owner.role.key) == ("anna@example.com", "administrator")
    company = Organization.objects.get()
    assert (company.name, company.currency, company.zone) == ("Amber Orchards", "THB", "Asia/Bangkok")
    assert client.get("/").status_code == 200


@pytest.mark.attack(48)
@pytest.mark.django_db
def test_it_cannot_be_claimed_twice(client: Client) -> None:
    client.post("/first-run/", FORM)
    thief = Client()
    assert thief.get("/first-run/").status_code == 404
    assert thief.post("/first-run/", FORM | {"email": "thief@example.com"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.attack(48)
@pytest.mark.django_db
def test_the_slower_of_two_is_sent_to_the_sign_in_page(client: Client) -> None:
    Organization(pk=1).save()  # somebody else is just being made the owner
    answer = client.post("/first-run/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": " "}, "name"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "another one"}, "password_again"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"currency": "XXZ"}, "currency"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    client: Client, wrong: dict[str, Any], field: str
) -> None:
    answer = client.post("/first-run/", FORM | wrong)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not User.objects.exists()
    assert not Organization.objects.exists()


@pytest.mark.django_db
def test_the_demonstration_is_loaded_in_the_background(client: Client) -> None:
    client.post("/first-run/", FORM | {"content": "demo"})
    job = Job.objects.get()
    assert (job.task, job.args) == ("headwater.config.demo.jobs.load", [])
    assert 'id="demo-note"' in client.get("/").content.decode()
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert "progress" in client.get("/demo/", headers=part).content.decode()
    Job.objects.update(state=Job.State.DONE)
    assert "HX-Location" in client.get("/demo/", headers=part)
    assert 'id="demo-note"' not in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_demonstration_can_be_taken_away(client: Client) -> None:
    client.post("/first-run/", FORM)
    assert "Remove the demonstration" not in client.get("/settings/organization/").content.decode()
    make_lead(User.objects.get(), external_system="demo")
    assert "Remove the demonstration" in client.get("/settings/organization/").content.decode()
    assert client.post("/demo/removal/")["Location"] == "/"
    assert Job.objects.get().task == "headwater.config.demo.jobs.remove"
