"""What stands beside a record: people, addresses, related records.

A panel is a template and the function that fills it. Which objects have which panels is data
here; the page draws whatever there is.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.customers.models import AddressLink, ContactLink
from headwater.customers.roles import preference_in_words
from headwater.customers.services import addresses_of, contacts_of, roles_of
from headwater.lib import formats
from headwater.lib.addresses import PostalAddress
from headwater.metadata import registry
from headwater.metadata.objects import Collection, ObjectType
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import LeadStatus
from headwater.pipeline.scoring import reasons_of
from headwater.pipeline.status import EvidenceLine, explain_status
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.web.cells import Links, renderer
from headwater.web.objects import title_of
from headwater.web.queries import ListQuery

SHOWN = 6
COLUMNS = ("status", "stage", "amount", "kind")

Fill = Callable[[Actor, ObjectType, Record], dict[str, Any] | None]
"""What a panel shows of a record; None hides the panel."""


@dataclass(frozen=True)
class Panel:
    """``key`` is the id of the region on the page, which is hidden without a context."""

    key: str
    template: str
    context: dict[str, Any] | None


def people(actor: Actor, entry: ObjectType, record: Record) -> dict[str, Any]:
    """The persons of a record with their roles."""
    links = contacts_of(actor, entry.name, record.pk, seen=record)
    return {"links": links, "hints": {link.pk: _hints(link) for link in links}}


def _hints(link: ContactLink) -> str:
    """Say what somebody is there and how to reach her, or until when she was it."""
    job, email, phone = (registry.seen_value(link.contact, key) for key in ("job_title", "email", "phone"))
    words: tuple[Any, ...] = (preference_in_words(link.preferred_channel), email or phone)
    if link.until is not None:
        words = (_("until %(day)s") % {"day": formats.date(link.until)},)
    return " · ".join(str(word) for word in (link.role_label or job, *words) if word)


def places(actor: Actor, entry: ObjectType, record: Record) -> dict[str, Any]:
    """The addresses of a record."""
    links = addresses_of(actor, entry.name, record.pk, seen=record)
    return {"links": links, "lines": {link.pk: _lines(link) for link in links}}


def _lines(link: AddressLink) -> tuple[str, str]:
    """Write an address on two lines; the first leads to it and is never empty."""
    seen = {key: str(registry.seen_value(link.address, key) or "") for key in PostalAddress._fields}
    written = PostalAddress(**seen)
    return written.street or str(link.address.name), written.place


def score(actor: Actor, entry: ObjectType, record: Record) -> dict[str, Any] | None:
    """Why a lead has its score; nothing without one."""
    lead = cast(Lead, record)
    if lead.score is None or "score" not in entry.fields:
        return None
    return {"score": lead.score, "reasons": reasons_of(lead)}


def status(actor: Actor, entry: ObjectType, record: Record) -> dict[str, Any] | None:
    """Why a lead has its status; nothing where it is simply what somebody set."""
    if "status" not in entry.fields:
        return None
    why = explain_status(actor, cast(Lead, record))
    if not why.evidence and why.status != LeadStatus.DO_NOT_CONTACT:
        return None
    return {"why": why, "lines": [(line, _address_of(line)) for line in why.evidence]}


def _address_of(line: EvidenceLine) -> str:
    """Return where the record that speaks for a status stands, if the reader may see it."""
    if line.title is None:
        return ""
    return reverse("record", args=[registry.get(line.kind).slug, line.record_id])


def employers(actor: Actor, entry: ObjectType, record: Record) -> dict[str, Any]:
    """The records at which a person has or had a role."""
    found = [(link, title, registry.get(link.object)) for link, title in roles_of(actor, record.pk)]
    return {"roles": found}


PANELS: dict[str, tuple[tuple[str, str, Fill], ...]] = {
    "lead": (
        ("status", "lead/_status.html", status),
        ("score", "lead/_score.html", score),
        ("people", "records/_people.html", people),
        ("places", "records/_places.html", places),
    ),
    "customer": (("people", "records/_people.html", people), ("places", "records/_places.html", places)),
    "contact": (("roles", "records/_roles.html", employers), ("places", "records/_places.html", places)),
}


OF_VALUES = ("status", "score")
"""The panels that explain values of the record itself, to be swapped whenever these change."""


def own_panels(
    actor: Actor, entry: ObjectType, record: Record, only: Container[str] | None = None
) -> list[Panel]:
    """Return the panels that a record has for being of its object, or some of them."""
    return [
        Panel(name, template, fill(actor, entry, record))
        for name, template, fill in PANELS.get(entry.name, ())
        if only is None or name in only
    ]


def panels_of(actor: Actor, entry: ObjectType, record: Record) -> list[Panel]:
    """Return every panel of a record."""
    related = [
        Panel(f"related-{c.key}", "records/_related.html", related_records(actor, entry, record, c))
        for c in entry.collections.values()
        if rights.scope(actor, c.target, Action.SEE) != Scope.NONE
    ]
    return own_panels(actor, entry, record) + related


def related_records(
    actor: Actor, entry: ObjectType, record: Record, collection: Collection
) -> dict[str, Any]:
    """The newest records that point here, and where all of them are listed."""
    target = registry.get(collection.target)
    rows = find_records(actor, target.name).filter(**{collection.via: record.pk})
    found = list(rows.order_by("-created_at", "-id")[: SHOWN + 1])
    fields = [target.fields[key] for key in COLUMNS if key in target.fields]
    links = Links(actor, fields, found)
    renders = [renderer(field, links) for field in fields]
    items = [
        (
            title_of(target, r),
            reverse("record", args=[target.slug, r.pk]),
            [html for f in renders if (html := f(r))],
        )
        for r in found[:SHOWN]
    ]
    via = collection.via if collection.via in target.fields else ""
    tree = {"all": [{"field": via, "op": "in", "value": [record.pk]}]} if via else None
    may_create = rights.scope(actor, target.name, Action.CREATE) != Scope.NONE
    return {
        "collection": collection,
        "target": target,
        "items": items,
        "more_url": ListQuery(target, tree=tree).url() if len(found) > SHOWN and via else "",
        "new_url": f"{reverse('new', args=[target.slug])}?{urlencode({via: record.pk})}"
        if may_create and via
        else "",
    }
