import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from headwater.config import checks
from headwater.lib.company_accounts import read_company_accounts


def numbers(check) -> list[str]:
    """Return the ids of what a check finds."""
    return [message.id for message in check(None, databases=["default"])]


@pytest.mark.attack(48)
@pytest.mark.parametrize(
    ("debug", "hosts", "found"),
    [
        (True, ["localhost", "127.0.0.1", "[::1]"], []),
        (False, ["crm.example.com"], []),
        (True, ["localhost", "crm.example.com"], ["headwater.E001"]),
        (True, ["*"], ["headwater.E001"]),
    ],
)
def test_debugging_is_for_this_machine_only(settings, debug, hosts, found):
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts
    assert numbers(checks.check_debug) == found


@pytest.mark.parametrize(("hosts", "found"), [(["crm.example.com"], []), (["*"], ["headwater.E002"])])
def test_hosts_are_named(settings, hosts, found):
    settings.ALLOWED_HOSTS = hosts
    assert numbers(checks.check_hosts) == found


@pytest.mark.attack(48)
@pytest.mark.parametrize(("key", "found"), [("k" * 50, []), ("secret", ["headwater.E003"])])
def test_the_key_is_long(settings, key, found):
    settings.SECRET_KEY = key
    assert numbers(checks.check_secret_key) == found


@pytest.mark.parametrize(
    ("origins", "found"), [(["https://crm.example.com"], []), (["crm.example.com"], ["headwater.E004"])]
)
def test_origins_have_a_scheme(settings, origins, found):
    settings.CSRF_TRUSTED_ORIGINS = origins
    assert numbers(checks.check_origins) == found


MAIL = {"PUBLIC_URL": "https://crm.example.com", "MAIL_WAY": "smtp", "EMAIL_HOST": "smtp.example.com"}
MAIL |= {"SMTP_SECURITY": "starttls", "DEFAULT_FROM_EMAIL": "CRM <crm@example.com>"}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"PUBLIC_URL": "crm.example.com"}, ["headwater.E007"]),
        ({"EMAIL_HOST": ""}, ["headwater.E008"]),
        ({"EMAIL_HOST": "", "MAIL_WAY": "file"}, []),
        ({"DEFAULT_FROM_EMAIL": "CRM"}, ["headwater.E009"]),
        ({"SMTP_SECURITY": "none"}, ["headwater.W002"]),
        ({"SMTP_SECURITY": "none", "EMAIL_HOST": "localhost"}, []),
    ],
)
def test_mails_can_leave_and_their_links_lead_somewhere(settings, changed, found):
    for name, value in (MAIL | changed).items():
        setattr(settings, name, value)
    assert numbers(checks.check_mail) == found


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"OIDC_STAFF_URL": "http://login.example.com"}, ["headwater.E010"]),
        ({"OIDC_STAFF_URL": "http://localhost:8080"}, []),
        ({"OIDC_STAFF_URL": ""}, ["headwater.E010"]),
        ({"OIDC_CLIENT_ID": ""}, ["headwater.E011"]),
    ],
)
def test_providers_of_company_accounts_are_whole(settings, changed, found):
    words = {
        "OIDC_URL": "https://login.example.com",
        "OIDC_CLIENT_ID": "headwater",
        "OIDC_PROVIDERS": "staff",
    }
    words |= {"OIDC_STAFF_URL": "https://staff.example.com", "OIDC_STAFF_CLIENT_ID": "crm"}
    environment = {f"HEADWATER_{name}": word for name, word in (words | changed).items()}
    settings.COMPANY_ACCOUNTS = read_company_accounts(environment)
    assert numbers(checks.check_company_sign_in) == found


@pytest.mark.parametrize("names", ["a-b", "ünal", "1st", "company", "staff,staff", "../x"])
def test_names_of_providers_are_plain_and_each_its_own(names):
    environment = {"HEADWATER_OIDC_URL": "https://login.example.com", "HEADWATER_OIDC_PROVIDERS": names}
    with pytest.raises(ImproperlyConfigured, match="HEADWATER_OIDC_PROVIDERS"):
        read_company_accounts(environment)


def test_this_sqlite_can_search():
    assert numbers(checks.check_sqlite) == []


def test_an_old_postgresql_is_refused(db, monkeypatch):
    if connection.vendor != "postgresql":
        assert numbers(checks.check_postgresql) == []
        return
    assert numbers(checks.check_postgresql) == []
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)
    assert numbers(checks.check_postgresql) == ["headwater.E006"]
