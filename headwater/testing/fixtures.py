"""The same small company for every test.

Sales has two teams, North and South. The administrator sees everything; the manager leads
North; one salesperson works in each team; the stranger signs in but has no right at all.
Ask for what a test needs: every fixture brings the database and nothing more.
"""

from collections.abc import Callable, Generator

import pytest
from django.test import Client

from headwater.api import throttle
from headwater.metadata.custom import rows
from headwater.testing.api import Api
from headwater.testing.factories import make_token
from headwater.users.models import Organization, Role, Team, User

PASSWORD = "correct-horse-battery"
"""The password of every test user."""


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    """Requests that one test made must not count in the next."""
    throttle.forget()


@pytest.fixture(autouse=True)
def _no_custom_fields() -> Generator[None]:
    """Custom fields that one test made must not be known to the next."""
    yield
    rows.forget()


@pytest.fixture
def organization(db: None) -> Organization:
    """A company in Riga that counts in euros."""
    made, _new = Organization.objects.update_or_create(
        pk=1,
        defaults={"name": "Headwater Ltd", "currency": "EUR", "zone": "Europe/Riga", "phone_region": "LV"},
    )
    return made


@pytest.fixture
def sales(organization: Organization) -> Team:
    return Team.objects.create(name="Sales")


@pytest.fixture
def north(sales: Team) -> Team:
    return Team.objects.create(name="North", parent=sales)


@pytest.fixture
def south(sales: Team) -> Team:
    return Team.objects.create(name="South", parent=sales)


@pytest.fixture
def no_rights(db: None) -> Role:
    """A role without a single right."""
    return Role.objects.create(key="no_rights", label="No rights")


@pytest.fixture
def make_user(organization: Organization) -> Callable[..., User]:
    """Make a user: ``make_user("anna", role="salesperson", team=north)``."""

    def make(name: str, *, role: str = "salesperson", team: Team | None = None) -> User:
        user = User(
            email=f"{name}@example.com", name=name.title(), role=Role.objects.get(key=role), team=team
        )
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def administrator(make_user: Callable[..., User]) -> User:
    return make_user("administrator", role="administrator")


@pytest.fixture
def manager(make_user: Callable[..., User], north: Team) -> User:
    """Leads North: sees and changes the records of North and the teams below."""
    return make_user("manager", role="manager", team=north)


@pytest.fixture
def seller_north(make_user: Callable[..., User], north: Team) -> User:
    return make_user("nora", team=north)


@pytest.fixture
def seller_south(make_user: Callable[..., User], south: Team) -> User:
    return make_user("sam", team=south)


@pytest.fixture
def stranger(make_user: Callable[..., User], no_rights: Role) -> User:
    """Signs in, belongs to no team, may see and do nothing."""
    return make_user("stranger", role=no_rights.key)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a browser in which the given user is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def token_of() -> Callable[..., str]:
    """Return an API token of a user: ``token_of(user, scope="read")``."""
    return make_token


@pytest.fixture
def api_of() -> Callable[..., Api]:
    """Return an outside program with a token of a user: ``api_of(user, scope="read")``."""

    def connect(user: User, scope: str = "admin") -> Api:
        return Api(make_token(user, scope))

    return connect
