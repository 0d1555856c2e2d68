"""Inviting people, and becoming a user by the link."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from headwater.lib import clock
from headwater.users import invitations
from headwater.users.models import Invitation, OutgoingMail, Role, Team, User

ClientOf = Callable[[User], Client]
NEW = "/settings/invitations/new/"
PASSWORD = "a-long-and-new-secret"


@pytest.fixture
def admin(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def form(**changes: object) -> dict[str, object]:
    role = Role.objects.get(key="salesperson")
    return {
        "email": "Ieva@Example.com",
        "name": "Ieva",
        "role": role.pk,
        "team": "",
        "language": "en",
    } | changes


def the_link(mail: OutgoingMail | None = None) -> str:
    """The path of the link in the newest invitation."""
    text = (mail or OutgoingMail.objects.filter(kind="invitation").latest("pk")).text
    found = re.search(r"http://localhost:8000(/invitations/[\w-]+/)", text)
    assert found
    return found[1]


def accept(link: str, **changes: object) -> Any:
    words = {"name": "Ieva Zariņa", "password": PASSWORD, "password_again": PASSWORD} | changes
    return Client().post(link, words)


@pytest.mark.attack(8, 14)
def test_a_person_is_invited_chooses_a_password_and_is_in(admin: Client, north: Team) -> None:
    assert admin.post(NEW, form(team=north.pk, language="lv"))["Location"] == "/settings/users/"
    mail = OutgoingMail.objects.get()
    assert (mail.address, mail.name) == ("ieva@example.com", "Ieva")
    guest, link = Client(), the_link()
    page = guest.get(link)
    assert "ieva@example.com" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not User.objects.filter(email="ieva@example.com").exists()
    words = {
        "name": "Ieva Zariņa",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "email": "boss@example.com",
    }
    assert guest.post(link, words)["Location"] == "/"
    assert guest.get("/").status_code == 200
    ieva = User.objects.get(email="ieva@example.com")
    assert (ieva.name, ieva.team, ieva.role.key, ieva.language) == ("Ieva Zariņa", north, "salesperson", "lv")
    assert ieva.check_password(PASSWORD)
    assert Invitation.objects.get().accepted_by == ieva


@pytest.mark.attack(14)
def test_the_link_works_once(admin: Client) -> None:
    admin.post(NEW, form())
    link = the_link()
    assert accept(link).status_code == 302
    assert Client().get(link).status_code == 404
    assert accept(link, name="Somebody else").status_code == 404
    assert User.objects.filter(email="ieva@example.com").count() == 1


@pytest.mark.attack(14)
def test_an_invitation_expires_and_can_be_sent_again_with_a_new_link(admin: Client) -> None:
    admin.post(NEW, form())
    old = the_link()
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert accept(old).status_code == 404
        assert "expired" in admin.get("/settings/users/").content.decode()
        number = Invitation.objects.get().pk
        assert admin.post(f"/settings/invitations/{number}/resending/").status_code == 302
        assert the_link() != old
        assert accept(old).status_code == 404
        assert accept(the_link()).status_code == 302
        assert admin.post(f"/settings/invitations/{number}/resending/").status_code == 404


@pytest.mark.attack(14)
def test_a_revoked_invitation_opens_nothing(admin: Client) -> None:
    admin.post(NEW, form())
    number = Invitation.objects.get().pk
    assert "ieva@example.com" in admin.get("/settings/users/").content.decode()
    assert admin.post(f"/settings/invitations/{number}/revocation/").status_code == 302
    assert accept(the_link()).status_code == 404
    assert "ieva@example.com" not in admin.get("/settings/users/").content.decode()
    assert admin.post(f"/settings/invitations/{number}/revocation/").status_code == 404
    assert admin.post(NEW, form()).status_code == 302


def test_an_invitation_ends_with_the_account_of_its_sender(admin: Client, administrator: User) -> None:
    admin.post(NEW, form())
    administrator.is_active = False
    administrator.save()
    assert accept(the_link()).status_code == 404


@pytest.mark.attack(14)
def test_dead_links_all_read_alike(admin: Client) -> None:
    admin.post(NEW, form())
    link = the_link()
    accept(link)
    used, unknown = Client().get(link), Client().get("/invitations/nothing/")
    assert (used.status_code, told(used)) == (unknown.status_code, told(unknown))


def told(answer: Any) -> str:
    """The page without the token that is another on each."""
    return re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode())


@pytest.mark.attack(14)
def test_guessing_links_is_stopped(organization: object, administrator: User) -> None:
    guest = Client()
    answers = [guest.get(f"/invitations/guess-{n}/").status_code for n in range(31)]
    assert (answers[0], answers[-1]) == (404, 429)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"email": "x"}, "email"), ({"email": "a@b.c\nBcc: d@e.f"}, "email"), ({"role": "77"}, "role"),
     ({"language": "xx"}, "language"), ({"name": "x" * 200}, "name")],
)  # fmt: skip
def test_a_wrong_invitation_is_not_sent(admin: Client, wrong: dict[str, str], field: str) -> None:
    answer = admin.post(NEW, form(**wrong))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_nobody_is_invited_twice_or_who_is_here_already(admin: Client, seller_north: User) -> None:
    assert admin.post(NEW, form(email=seller_north.email.upper())).status_code == 422
    assert admin.post(NEW, form()).status_code == 302
    assert admin.post(NEW, form(email="IEVA@example.com")).status_code == 422
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"password": "1", "password_again": "1"}, "password"), ({"name": " "}, "name"),
     ({"password_again": "other"}, "password_again")],
)  # fmt: skip
def test_a_wrong_acceptance_leaves_the_link_open(admin: Client, wrong: dict[str, str], field: str) -> None:
    admin.post(NEW, form())
    answer = accept(the_link(), **wrong)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.content.decode()
    assert accept(the_link()).status_code == 302


def test_who_became_a_user_another_way_is_told(admin: Client) -> None:
    admin.post(NEW, form())
    admin.post("/settings/users/new/", form(password=PASSWORD))
    answer = accept(the_link())
    assert answer.status_code == 422
    assert "exists already" in answer.content.decode()


def test_only_administrators_invite(client_of: ClientOf, manager: User, admin: Client) -> None:
    client = client_of(manager)
    admin.post(NEW, form())
    number = Invitation.objects.get().pk
    for path in (
        NEW,
        f"/settings/invitations/{number}/resending/",
        f"/settings/invitations/{number}/revocation/",
    ):
        assert client.post(path, form(email="x@example.com")).status_code == 403
    assert Invitation.objects.get().revoked_at is None


@pytest.mark.attack(14)
def test_the_key_is_kept_as_a_hash_only(admin: Client) -> None:
    admin.post(NEW, form())
    key = the_link().split("/")[2]
    invitation = Invitation.objects.get()
    assert key not in repr(invitation.__dict__)
    assert invitations.find_invitation(key) == invitation
