"""Who saw what: records that were taken away, or listed many at a time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from headwater.history.models import Disclosure
from headwater.lib import clock
from headwater.users import organization
from headwater.users.acting import current_address
from headwater.users.actor import Actor

Act = Disclosure.Act

MANY = 100
"""A program that reads so many records in one answer reads them in bulk; fewer are daily work."""
LEAST_DAYS, MOST_DAYS = 30, 3650
_AT_ONCE = 500


def note_disclosure(
    actor: Actor, act: str, object_name: str, rows: int, about: Mapping[str, Any] | None = None
) -> None:
    """Keep that the actor got so many records of an object; one statement."""
    Disclosure.objects.create(
        at=clock.now(),
        user=actor.user,
        door=actor.door,
        address=current_address(),
        act=act,
        object=object_name,
        rows=rows,
        about={key: value for key, value in (about or {}).items() if value},
    )


def forget_disclosures() -> int:
    """Delete what is older than the organization keeps it; return how many."""
    end = clock.now() - timedelta(days=max(organization.current().disclosure_days, LEAST_DAYS))
    forgotten = 0
    while ids := list(
        Disclosure.objects.filter(at__lt=end).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]
    ):
        forgotten += Disclosure.objects.filter(pk__in=ids).delete()[0]
    return forgotten
