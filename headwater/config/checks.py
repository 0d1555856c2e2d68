"""System checks: what an operator set that cannot be right.

They run before every management command and in ``bin/test``; ``docs/administrators.md``
explains each by its number.
"""

import ipaddress
import sqlite3
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from headwater.config.catalogue import languages, mo

SHORTEST_KEY = 32
OLDEST_POSTGRESQL = 15


def is_local(host: str) -> bool:
    """Say whether a host name of the settings means this machine only."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@register("security")
def check_debug(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Error pages with source code are for this machine only."""
    others = [host for host in settings.ALLOWED_HOSTS if not is_local(host)]
    if settings.DEBUG and others:
        return [
            Error(
                f"HEADWATER_DEBUG is on while HEADWATER_HOSTS names {', '.join(others)}.",
                hint="Error pages would show source code and data to anybody: turn HEADWATER_DEBUG off.",
                id="headwater.E001",
            )
        ]
    return []


@register("security")
def check_company_sign_in(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Who can read or alter what a provider says can sign in as anybody."""
    found: list[CheckMessage] = []
    for accounts in settings.COMPANY_ACCOUNTS.values():
        there, prefix = urlsplit(accounts.url), accounts.prefix
        if there.scheme != "https" and not is_local(there.hostname or ""):
            found.append(
                Error(
                    f"{prefix}_URL does not begin with https.",
                    hint="Name the issuer as the provider does, such as https://login.example.com.",
                    id="headwater.E010",
                )
            )
        if not accounts.client_id:
            found.append(
                Error(
                    f"{prefix}_CLIENT_ID is not set.",
                    hint="Register Headwater at the provider, which then names the client.",
                    id="headwater.E011",
                )
            )
    return found


@register("security")
def check_hosts(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """A wildcard host lets anybody write the addresses in our mails and redirects."""
    if "*" in settings.ALLOWED_HOSTS:
        return [
            Error(
                "HEADWATER_HOSTS is a wildcard.",
                hint="Name the host names under which people open Headwater, separated by commas.",
                id="headwater.E002",
            )
        ]
    return []


@register("security")
def check_secret_key(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Sessions and links are signed with the key."""
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        return [
            Error(
                f"HEADWATER_SECRET_KEY is shorter than {SHORTEST_KEY} characters.",
                hint="Leave it out: a random key is then made and kept in the data folder.",
                id="headwater.E003",
            )
        ]
    return []


@register("security")
def check_origins(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Browsers name an origin with its scheme."""
    wrong = [o for o in settings.CSRF_TRUSTED_ORIGINS if not o.startswith(("https://", "http://"))]
    if wrong:
        return [
            Error(
                f"HEADWATER_ORIGINS names {', '.join(wrong)} without http:// or https://.",
                id="headwater.E004",
            )
        ]
    return []


@register()
def check_mail(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Mails that cannot leave, or whose links lead nowhere."""
    found: list[CheckMessage] = []
    if not settings.PUBLIC_URL.startswith(("https://", "http://")):
        found.append(
            Error(
                "HEADWATER_URL lacks http:// or https://.",
                hint="Links in mails need it.",
                id="headwater.E007",
            )
        )
    if settings.MAIL_WAY == "smtp" and not settings.EMAIL_HOST:
        found.append(
            Error(
                "HEADWATER_MAIL is smtp, but no server is named.",
                hint="Set HEADWATER_SMTP_HOST.",
                id="headwater.E008",
            )
        )
    if "@" not in parseaddr(settings.DEFAULT_FROM_EMAIL)[1]:
        found.append(
            Error(
                "HEADWATER_MAIL_FROM is no address.",
                hint="Write it as crm@example.com or Our Name <crm@example.com>.",
                id="headwater.E009",
            )
        )
    if settings.MAIL_WAY == "smtp" and settings.SMTP_SECURITY == "none" and not is_local(settings.EMAIL_HOST):
        found.append(
            Warning(
                f"Mails and the password go to {settings.EMAIL_HOST} unencrypted.",
                hint="Set HEADWATER_SMTP_SECURITY to starttls or tls.",
                id="headwater.W002",
            )
        )
    return found


@register()
def check_sqlite(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Search needs SQLite's trigram index."""
    if connection.vendor != "sqlite":
        return []
    with sqlite3.connect(":memory:") as probe:
        try:
            probe.execute("CREATE VIRTUAL TABLE probe USING fts5(t, tokenize='trigram')")
        except sqlite3.OperationalError as error:
            return [
                Error(
                    f"This Python's SQLite {sqlite3.sqlite_version} cannot search: {error}.",
                    hint="SQLite 3.34 or newer with FTS5 is needed; Debian 12 has it.",
                    id="headwater.E005",
                )
            ]
    return []


@register("database")
def check_postgresql(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Only versions that the tests run on."""
    if connection.vendor != "postgresql" or "default" not in (options.get("databases") or []):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    if version < OLDEST_POSTGRESQL:
        return [
            Error(
                f"PostgreSQL {version} is too old: {OLDEST_POSTGRESQL} or newer is needed.",
                id="headwater.E006",
            )
        ]
    return []


@register()
def check_translations(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Without compiled catalogues every page is English."""
    lacking = [code for code in languages.PLURALS if not mo.is_compiled(languages.translations(code))]
    if not lacking:
        return []
    return [
        Warning(
            f"The translations into {', '.join(lacking)} are not compiled.",
            hint=f"Any command compiles them when it may write into {languages.LOCALE}.",
            id="headwater.W001",
        )
    ]
