"""Who belongs to an address that somebody else vouches for."""

from collections.abc import Collection

from django.db import transaction

from headwater.users.invitations import accept_for_address
from headwater.users.models import Role, User
from headwater.users.services import create_user


@transaction.atomic
def joined_by_address(address: str, name: str, *, domains: Collection[str], role: str) -> User | None:
    """Return the active user with this address, by invitation or domain a new one; None for strangers.

    Whoever calls this knows that the address is hers. A user switched off is a stranger and stays one.
    """
    address = address.strip().lower()
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known if known.is_active else None
    name = " ".join(name.split())[:150] or address.partition("@")[0]
    if invited := accept_for_address(address, name):
        return invited
    given = Role.objects.filter(key=role, is_administrator=False).first()
    if address.rpartition("@")[2] not in domains or given is None:
        return None
    return create_user(email=address, name=name, password=None, role=given, team=None)
