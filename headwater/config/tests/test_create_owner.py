import pytest
from django.core.management import CommandError, call_command

from headwater.users.models import User

EMAIL = "ada@example.com"
PASSWORD = "a-Long-and-unusual-1"


@pytest.fixture
def password(monkeypatch):
    def choose(text: str) -> None:
        monkeypatch.setenv("HEADWATER_OWNER_PASSWORD", text)

    return choose


def test_the_owner_can_sign_in(db, client, password, capsys):
    password(PASSWORD)
    call_command("create_owner", EMAIL, organization="Analytical Engines", currency="GBP")
    assert EMAIL in capsys.readouterr().out
    owner = User.objects.get()
    assert owner.check_password(PASSWORD)
    assert owner.role.key == "administrator"


@pytest.mark.parametrize(("text", "said"), [("", "HEADWATER_OWNER_PASSWORD"), ("12345", "too short")])
def test_a_missing_or_weak_password_is_refused(db, password, text, said):
    password(text)
    with pytest.raises(CommandError, match=said):
        call_command("create_owner", EMAIL)
    assert not User.objects.exists()


def test_an_address_that_is_none_is_refused(db, password):
    password(PASSWORD)
    with pytest.raises(CommandError, match="valid email"):
        call_command("create_owner", "ada")
    assert not User.objects.exists()


def test_an_installation_has_one_owner(db, password, capsys):
    password(PASSWORD)
    call_command("create_owner", EMAIL)
    with pytest.raises(CommandError, match="has an owner already"):
        call_command("create_owner", "eve@example.com")
    assert [user.email for user in User.objects.all()] == [EMAIL]
    assert capsys.readouterr().out
