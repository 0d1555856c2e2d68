"""What the deletion of a contact or address means for the records that use it."""

from collections.abc import Sequence

from headwater.customers.links import settle_after
from headwater.customers.models import AddressLink, ContactLink
from headwater.history.services import DELETED, RESTORED
from headwater.records.effects import Write
from headwater.users.actor import Actor


def contacts_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Let somebody else be primary where a primary contact was deleted."""
    gone = [write.record for write in writes if write.verb in (DELETED, RESTORED)]
    settle_after(actor, ContactLink, gone, verb="contact_made_primary")


def addresses_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Let another address be primary where a primary one was deleted."""
    gone = [write.record for write in writes if write.verb in (DELETED, RESTORED)]
    settle_after(actor, AddressLink, gone, verb="address_made_primary")
