"""What an installation needs once, however it is claimed: by the first-run page, a command or a test."""

from collections.abc import Callable

from headwater.users.models import User

Claim = Callable[[User], None]

_claims: list[Claim] = []


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
