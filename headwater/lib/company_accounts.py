"""The providers of company accounts (OpenID Connect) that the environment names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

ALONE = "company"
"""What the provider is called that needs no name, because it is the only one or the first."""
PREFIX = "HEADWATER_OIDC"
_NAMES = re.compile(r"[a-z][a-z0-9]{0,29}")


@dataclass(frozen=True)
class CompanyAccounts:
    """One provider.

    ``key`` stands in addresses and with the accounts that came by it, ``prefix`` begins its variables. People
    of ``domains`` may join without an invitation and get ``role``. Where ``only`` names domains, the provider
    is believed about addresses of these alone.
    """

    key: str
    prefix: str
    url: str
    name: str
    client_id: str
    secret: str
    domains: tuple[str, ...] = ()
    role: str = "salesperson"
    only: tuple[str, ...] = ()

    def accepts(self, address: str) -> bool:
        """Say whether somebody with this e-mail may come in by this provider."""
        return not self.only or address.rpartition("@")[2].lower() in self.only

    def as_app(self) -> dict[str, object]:
        """Return it as allauth wants it."""
        return {
            "provider_id": self.key,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.url},
        }


def read_company_accounts(environment: Mapping[str, str]) -> dict[str, CompanyAccounts]:
    """Return the providers by key, in the order of their buttons. Raises ImproperlyConfigured."""
    found = {}
    if environment.get("HEADWATER_OIDC_URL"):
        found[ALONE] = _read(environment, ALONE, PREFIX)
    for key in _words(environment.get("HEADWATER_OIDC_PROVIDERS", "")):
        if not _NAMES.fullmatch(key):
            raise ImproperlyConfigured(
                f"HEADWATER_OIDC_PROVIDERS names {key!r}: letters a to z and digits are possible."
            )
        if key in found:
            raise ImproperlyConfigured(f"HEADWATER_OIDC_PROVIDERS names {key!r}, which there is already.")
        found[key] = _read(environment, key, f"{PREFIX}_{key.upper()}")
    return found


def _read(environment: Mapping[str, str], key: str, prefix: str) -> CompanyAccounts:
    def word(variable: str) -> str:
        return environment.get(variable.replace(PREFIX, prefix, 1), "").strip()

    return CompanyAccounts(
        key=key,
        prefix=prefix,
        url=word("HEADWATER_OIDC_URL"),
        name=word("HEADWATER_OIDC_NAME") or (key.capitalize() if key != ALONE else "OpenID Connect"),
        client_id=word("HEADWATER_OIDC_CLIENT_ID"),
        secret=word("HEADWATER_OIDC_CLIENT_SECRET"),
        domains=_words(word("HEADWATER_OIDC_DOMAINS")),
        role=word("HEADWATER_OIDC_ROLE") or "salesperson",
        only=_words(word("HEADWATER_OIDC_ONLY")),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in text.split(",") if word.strip())
