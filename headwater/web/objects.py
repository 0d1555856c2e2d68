"""Objects as pages meet them."""

from collections.abc import Callable

from django.http import Http404

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import Field, ObjectType
from headwater.users.actor import Actor
from headwater.web.addresses import url


def object_or_404(slug: str) -> ObjectType:
    """Return the object of an address."""
    try:
        entry = registry.by_slug(slug)
    except UnknownObject:
        raise Http404 from None
    if not entry.is_record:
        raise Http404
    return entry


def title_of(entry: ObjectType, record: object) -> str:
    """Return a record's name, or a stand-in when it has none."""
    return str(getattr(record, entry.title_key) or f"{entry.label} {getattr(record, 'pk', '')}").strip()


def record_address(entry: ObjectType) -> Callable[[int], str]:
    """Return how to address records of an object."""
    before, _zero, after = url("record", entry.slug, 0).rpartition("0")
    return lambda pk: f"{before}{pk}{after}"


def listable(entry: ObjectType) -> list[Field]:
    """Return the fields that a list can show as columns."""
    return [field for field in entry.fields.values() if field.kind.name != "long_text"]


def may_change_many(actor: Actor, entry: ObjectType) -> bool:
    """Say whether the reader may change many records of an object at once, be it only her own."""
    return all(scope(actor, entry.name, action) != Scope.NONE for action in (Action.EDIT, Action.BULK))
