"""Settings pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from headwater.jobs.models import Job
from headwater.metadata.choices import options_of
from headwater.metadata.models import ChoiceOption
from headwater.testing.factories import make_option
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import ApiToken, Organization, Role, Team, User
from headwater.users.tokens import find_token

ClientOf = Callable[[User], Client]


@pytest.fixture
def admin(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def person(**changes: object) -> dict[str, object]:
    role = Role.objects.get(key="salesperson")
    form = {"name": "Ieva", "email": "ieva@example.com", "role": role.pk, "team": "", "password": PASSWORD}
    return form | changes


def test_a_person_is_added_changed_and_switched_off(admin: Client, north: Team) -> None:
    assert admin.post("/settings/users/new/", person(team=north.pk))["Location"] == "/settings/users/"
    ieva = User.objects.get(email="ieva@example.com")
    assert (ieva.team, ieva.check_password(PASSWORD)) == (north, True)
    session = Client()
    session.force_login(ieva)
    admin.post(f"/settings/users/{ieva.pk}/", person(name="Ieva Zariņa", password="", is_active="true"))
    ieva.refresh_from_db()
    assert (ieva.name, ieva.team, ieva.check_password(PASSWORD)) == ("Ieva Zariņa", None, True)
    assert session.get("/").status_code == 200
    admin.post(f"/settings/users/{ieva.pk}/", person(password="another-long-secret", is_active="true"))
    assert session.get("/").status_code == 302
    admin.post(f"/settings/users/{ieva.pk}/", person(password=""))
    ieva.refresh_from_db()
    assert not ieva.is_active


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "x"}, "email"),
        ({"name": ""}, "name"),
        ({"password": "1"}, "password"),
        ({"role": "77"}, "role"),
    ],
)
def test_a_wrong_person_is_not_added(admin: Client, wrong: dict[str, str], field: str) -> None:
    answer = admin.post("/settings/users/new/", person(**wrong))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.content.decode()
    assert not User.objects.filter(email="ieva@example.com").exists()


def test_an_e_mail_belongs_to_one_person(admin: Client, seller_north: User) -> None:
    assert admin.post("/settings/users/new/", person(email=seller_north.email.upper())).status_code == 422


def test_somebody_stays_an_administrator(admin: Client, administrator: User) -> None:
    form = person(name=administrator.name, email=administrator.email, password="")
    for change in ({"is_active": "true"}, {"role": administrator.role_id}):
        answer = admin.post(f"/settings/users/{administrator.pk}/", form | change)
        assert answer.status_code == 422
        assert "must stay an active administrator" in answer.content.decode()


def test_teams_form_a_tree_without_circles(admin: Client, north: Team, sales: Team) -> None:
    assert admin.post("/settings/teams/new/", {"name": "East", "parent": north.pk}).status_code == 302
    assert Team.objects.get(name="East").parent == north
    circle = admin.post(f"/settings/teams/{sales.pk}/", {"name": "Sales", "parent": north.pk})
    assert circle.status_code == 422
    assert "below itself" in circle.content.decode()
    assert admin.post("/settings/teams/new/", {"name": "East"}).status_code == 422


def test_teams_are_offered_in_the_order_of_the_alphabets(admin: Client) -> None:
    Team.objects.bulk_create(
        Team(name=name) for name in ("Zvejnieki", "เชียงใหม่", "กรุงเทพ", "Čiekuri", "Cīruļi")
    )
    page = admin.get("/settings/users/new/").content.decode()
    places = [page.index(f">{name}<") for name in ("Cīruļi", "Čiekuri", "Zvejnieki", "กรุงเทพ", "เชียงใหม่")]
    assert places == sorted(places)


def test_an_option_is_added_renamed_moved_and_switched(admin: Client) -> None:
    first, second = make_option("source", "Fair"), make_option("source", "Web")
    assert admin.post("/settings/lists/sources/", {"label": "Friend"}).status_code == 302
    address = f"/settings/lists/sources/{second.pk}/"
    admin.post(address, {"label": "Website", "color": "teal", "active": "true", "move": "up"})
    admin.post(f"/settings/lists/sources/{first.pk}/", {"label": "Fair", "color": "nonsense"})
    found = [(o.key, str(o.label), o.color, o.active) for o in options_of("source")]
    assert found == [
        ("web", "Website", "teal", True),
        ("fair", "Fair", "", False),
        ("friend", "Friend", "", True),
    ]


def test_an_option_of_another_list_is_not_found(admin: Client) -> None:
    option = make_option("territory", "Riga")
    assert admin.post(f"/settings/lists/sources/{option.pk}/", {"label": "x"}).status_code == 404
    assert admin.get("/settings/lists/nothing/").status_code == 404
    assert admin.post("/settings/lists/territories/", {"label": "Riga"}).status_code == 422
    assert ChoiceOption.objects.filter(list="territory").count() == 1


def test_a_token_is_shown_once_and_can_be_revoked(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)
    body = client.post("/settings/tokens/", {"name": "Zapier", "scope": "read"}).content.decode()
    token = ApiToken.objects.get()
    secret = body.partition('class="secret">')[2].partition("<")[0]
    assert find_token(secret) == token
    assert secret not in client.get("/settings/tokens/").content.decode()
    client.post(f"/settings/tokens/{token.pk}/revocation/")
    assert find_token(secret) is None


def test_a_token_is_made_for_some_objects_and_until_a_day(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)
    form = {"name": "Form", "scope": "some", "object.leads": "write", "object.contacts": "read"}
    assert client.post("/settings/tokens/", form).status_code == 200
    token = ApiToken.objects.get()
    assert token.objects_only == {"lead": "write", "contact": "read"}
    assert token.expires_at is not None
    assert "contacts:read, leads:write" in client.get("/settings/tokens/").content.decode()
    for wrong in ({"name": ""}, {"object.leads": "", "object.contacts": ""}, {"expires": "2001-01-01"},
                  {"expires": "soon"}, {"expires": "9999-12-31"}, {"endless": "true"}):  # fmt: skip
        assert client.post("/settings/tokens/", form | wrong).status_code == 422
    assert ApiToken.objects.count() == 1


def test_nobody_revokes_the_token_of_somebody_else(
    client_of: ClientOf, seller_north: User, seller_south: User
) -> None:
    client_of(seller_north).post("/settings/tokens/", {"name": "Zapier", "scope": "read"})
    token = ApiToken.objects.get()
    assert client_of(seller_south).post(f"/settings/tokens/{token.pk}/revocation/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_organization_is_changed(admin: Client, organization: Organization) -> None:
    form = {"name": "New", "language": "en", "currency": "USD", "zone": "Asia/Bangkok", "phone_region": "TH"}
    form |= {"week_start": "6", "fiscal_month": "4", "fiscal_day": "6"}
    assert admin.post("/settings/organization/", form).status_code == 302
    organization.refresh_from_db()
    assert (organization.week_start, organization.fiscal_month, organization.zone) == (6, 4, "Asia/Bangkok")
    # The days that records store are those of the zone before: a job computes them again.
    assert organization.days_stale
    assert Job.objects.filter(task__endswith="rebuild_days").count() == 1
    for wrong in (
        {"zone": "x"},
        {"week_start": "9"},
        {"fiscal_day": "31"},
        {"fiscal_month": "x"},
        {"currency": ""},
    ):
        assert admin.post("/settings/organization/", form | wrong).status_code == 422


def test_the_profile_and_the_theme_are_ones_own(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)
    client.post("/settings/profile/", {"name": "Nora  Nord", "role": "1", "email": "boss@example.com"})
    answer = client.post("/settings/theme/", {"theme": "dark", "next": "//evil.example"})
    assert answer["Location"] == "/"
    client.post("/settings/theme/", {"theme": "purple"})
    seller_north.refresh_from_db()
    assert (seller_north.name, seller_north.theme, seller_north.email) == (
        "Nora Nord",
        "dark",
        "nora@example.com",
    )
    assert client.post("/settings/profile/", {"name": ""}).status_code == 422


def test_a_person_changes_the_own_password(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)
    form = {"oldpassword": "wrong", "password1": "a-new-long-secret", "password2": "a-new-long-secret"}
    assert client.post("/accounts/password/change/", form).status_code == 200
    assert client.post("/accounts/password/change/", form | {"oldpassword": PASSWORD}).status_code == 302
    seller_north.refresh_from_db()
    assert seller_north.check_password("a-new-long-secret")
