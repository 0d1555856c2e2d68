"""What an installation needs once, however it is claimed: by the first-run page, a command or a test."""

from collections.abc import Callable
from dataclasses import dataclass

from headwater.users.models import User

Claim = Callable[[User], None]

_claims: list[Claim] = []


@dataclass(frozen=True)
class Demonstration:
    """Data to look around in. ``load`` and ``remove`` begin work in the background and return its job."""

    load: Callable[[], str]
    remove: Callable[[User], str]
    is_loaded: Callable[[], bool]


_demonstration: Demonstration | None = None


def offer_demonstration(demonstration: Demonstration) -> None:
    """Let the first-run page offer demonstration data, and the settings its removal."""
    global _demonstration
    _demonstration = demonstration


def demonstration() -> Demonstration | None:
    """Return the demonstration that is offered, if any."""
    return _demonstration


def on_claim(claim: Claim) -> None:
    """Register what is to happen when an installation gets its owner.

    It runs once, in the transaction that makes the owner and in the organization's language.
    """
    if claim not in _claims:
        _claims.append(claim)


def run_claims(owner: User) -> None:
    """Do everything that was registered, in the order of the rooms."""
    for claim in _claims:
        claim(owner)
