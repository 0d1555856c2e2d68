"""Addresses and the records that use them."""

from django.db.models import Exists, OuterRef, Q

from headwater.access import rights
from headwater.access.visibility import visible_q
from headwater.customers.models import AddressLink
from headwater.metadata import registry
from headwater.users.actor import Actor


def visible_address_q(actor: Actor, prefix: str, action: str) -> Q:
    """Return the condition for addresses used by a record the actor has the same right on, or her own."""
    condition = Q(
        **{f"{prefix}owner__in": rights.owner_ids(actor, rights.scope(actor, "address", action)) or ()}
    )
    for entry in registry.objects():
        if entry.name == "address" or rights.scope(actor, entry.name, action) == "none":
            continue
        parents = entry.unscoped.filter(visible_q(actor, entry.name, action=action))
        links = AddressLink.objects.filter(
            address=OuterRef(f"{prefix}pk"), object=entry.name, record_id__in=parents.values("pk")
        )
        condition |= Q(Exists(links))
    return condition
