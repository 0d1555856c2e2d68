"""Inviting people through the API."""

import pytest

from headwater.users.models import Invitation, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, administrator):
    return api_of(administrator)


def test_a_person_is_invited_again_and_revoked(api, north, administrator):
    made = api.post(
        "invitations",
        {
            "email": "Ieva@Example.com",
            "name": "Ieva",
            "role": "salesperson",
            "team": north.pk,
            "language": "lv",
        },
    )
    assert made.status_code == 201, made.content
    found = made.json()
    assert (found["email"], found["role"], found["team"], found["language"], found["invited_by"]) == (
        "ieva@example.com",
        "salesperson",
        north.pk,
        "lv",
        administrator.pk,
    )
    assert Invitation.objects.get().hash not in made.content.decode()
    assert [row["id"] for row in api.get("invitations").json()["items"]] == [found["id"]]
    assert api.post(f"invitations/{found['id']}/resending").status_code == 200
    assert OutgoingMail.objects.count() == 2
    assert api.delete(f"invitations/{found['id']}").status_code == 204
    assert api.get("invitations").json()["items"] == []
    assert api.delete(f"invitations/{found['id']}").status_code == 404
    assert api.post(f"invitations/{found['id']}/resending").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "x"}, "email"),
        ({"email": "administrator@example.com"}, "email"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "email"),
        ({"role": "king"}, "role"),
        ({"team": 99}, "team"),
        ({"language": "xx"}, "language"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_wrong_invitation_is_refused_by_name(api, wrong, field):
    answer = api.post("invitations", {"email": "ieva@example.com", "role": "salesperson"} | wrong)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not OutgoingMail.objects.exists()


def test_others_may_not(api_of, manager):
    api = api_of(manager)
    assert api.get("invitations").status_code == 403
    assert api.post("invitations", {"email": "x@example.com", "role": "administrator"}).status_code == 403
