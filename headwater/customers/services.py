"""Contacts and addresses of records.

The record is asked for with the actor's right to see or to change it; a contact is shown only
to those who may see the contact itself, an address to everybody who sees the record.
"""

from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.customers.links import LinkModel, links_of, make_primary, write_links
from headwater.customers.models import AddressLink, ContactLink
from headwater.customers.roles import fill_in
from headwater.lib import clock
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.records.find import find_records, get_record
from headwater.records.models import Record
from headwater.records.write import create_record
from headwater.users import organization
from headwater.users.actor import Actor

L = TypeVar("L", ContactLink, AddressLink)
PLACES = ("address",)
PEOPLE_AND_PLACES = ("contact", "address")


def has_contacts(object_name: str) -> bool:
    """Say whether records of an object have people."""
    return object_name not in PEOPLE_AND_PLACES


def has_addresses(object_name: str) -> bool:
    """Say whether records of an object use addresses."""
    return object_name not in PLACES


def contacts_of(actor: Actor, object_name: str, pk: Any, *, seen: Record | None = None) -> list[ContactLink]:
    """Return the people of a record that the actor may see, the primary one first, past roles last.

    ``seen`` is the record, when the caller has just read it through the reading door.
    """
    parent = seen or get_record(actor, object_name, pk)
    if rights.scope(actor, "contact", Action.SEE) == "none":
        return []
    links = links_of(ContactLink, object_name, [parent.pk])
    found = find_records(actor, "contact").filter(pk__in=[link.contact_id for link in links])
    visible = set(found.values_list("pk", flat=True))
    return sorted(
        (link for link in links if link.contact_id in visible), key=lambda link: link.until is not None
    )


def contact_link(actor: Actor, object_name: str, pk: Any, link_id: Any) -> ContactLink:
    """Return a person of a record to be changed. Raises NotFound, Forbidden and Invalid."""
    parent = _parent(actor, object_name, pk, without=PEOPLE_AND_PLACES)
    wanted = whole_number(link_id)
    link = next((link for link in contacts_of(actor, object_name, parent.pk) if link.pk == wanted), None)
    if link is None:
        raise NotFound("contact", link_id)
    return link


def roles_of(actor: Actor, contact_id: Any) -> list[tuple[ContactLink, str]]:
    """Return where a person works: each link with the title of its record, as far as the actor sees it."""
    contact = get_record(actor, "contact", contact_id)
    links = list(ContactLink.objects.filter(contact=contact.pk).order_by("-is_primary", "pk"))
    context = filter_context(actor)
    titles = {
        name: titles_of(name, [link.record_id for link in links if link.object == name], context)
        for name in {link.object for link in links}
    }
    return [
        (link, titles[link.object][link.record_id]) for link in links if link.record_id in titles[link.object]
    ]


@transaction.atomic
def link_contact(
    actor: Actor, object_name: str, pk: Any, contact_id: Any, *, primary: bool = False, **part: Any
) -> ContactLink:
    """Make a contact a person of a record. The first one becomes primary by itself.

    ``part`` is what she is there: role, preferred_channel, since, until. A role that had ended begins
    again. Raises NotFound, Forbidden and Invalid.
    """
    parent = _parent(actor, object_name, pk, without=PEOPLE_AND_PLACES)
    contact = get_record(actor, "contact", contact_id)
    link = ContactLink(contact_id=contact.pk, object=object_name, record_id=parent.pk)
    fill_in(link, part)
    return _link_contact(actor, link, primary=primary)


def _link_contact(actor: Actor, link: ContactLink, *, primary: bool) -> ContactLink:
    def change() -> None:
        nonlocal link
        same = _twins(link).first()
        if same is not None and same.until is None:
            raise _same_role("contact")
        if same is not None:
            same.until, same.since = None, link.since or same.since
            same.preferred_channel = link.preferred_channel or same.preferred_channel
            link = same
        link.save()
        if primary:
            make_primary(ContactLink, link)

    links = write_links(actor, ContactLink, link.object, [link.record_id], change, verb="contact_linked")
    return _of(links, link)


def _twins(link: ContactLink) -> QuerySet[ContactLink]:
    """Return the links that say the same of the same person."""
    same = ContactLink.objects.filter(contact=link.contact_id, object=link.object, record_id=link.record_id)
    return same.filter(role=link.role).exclude(pk=link.pk)


def _same_role(key: str) -> Invalid:
    return Invalid([FieldError(key, "duplicate", _("This contact has this role already."))])


@transaction.atomic
def add_contact(
    actor: Actor, object_name: str, pk: Any, values: dict[str, Any], *, primary: bool = False, **part: Any
) -> ContactLink:
    """Create a contact and make it a person of a record; ``part`` as in ``link_contact``."""
    parent = _parent(actor, object_name, pk, without=PEOPLE_AND_PLACES)
    link = ContactLink(object=object_name, record_id=parent.pk)
    fill_in(link, part)
    link.contact_id = create_record(actor, "contact", values, cause=f"{object_name}:{parent.pk}").pk
    return _link_contact(actor, link, primary=primary)


@transaction.atomic
def change_role(
    actor: Actor, object_name: str, pk: Any, link_id: Any, *, primary: bool = False, **part: Any
) -> ContactLink:
    """Change what a person of a record is there; ``part`` as in ``link_contact``, "until" ends her role.

    ``primary`` makes her the one to talk to. Raises NotFound, Forbidden and Invalid.
    """
    link = contact_link(actor, object_name, pk, link_id)
    was_living = link.until is None
    fill_in(link, part)
    if primary and not link.is_living:
        raise Invalid([FieldError("until", "ended", _("This role has ended; choose somebody else."))])

    def change() -> None:
        if _twins(link).exists():
            raise _same_role("role")
        link.save(update_fields=[*part, *(() if link.until is None else ("is_primary",))])
        if primary:
            make_primary(ContactLink, link)

    verb = "contact_role_changed" if part else "contact_made_primary"
    if was_living and link.until is not None:
        verb = "contact_role_ended"
    return _of(write_links(actor, ContactLink, object_name, [link.record_id], change, verb=verb), link)


def make_contact_primary(actor: Actor, object_name: str, pk: Any, link_id: Any) -> ContactLink:
    """Let a person be the one to talk to. Raises Invalid for a role that has ended."""
    return change_role(actor, object_name, pk, link_id, primary=True)


def end_role(
    actor: Actor, object_name: str, pk: Any, link_id: Any, *, until: date | None = None
) -> ContactLink:
    """End a person's role, today unless told otherwise; it stays readable and is primary no more."""
    day = until or clock.now().astimezone(organization.zone()).date()
    return change_role(actor, object_name, pk, link_id, until=day)


@transaction.atomic
def unlink_contact(actor: Actor, object_name: str, pk: Any, link_id: Any) -> None:
    """Take a person off a record, as if linked by mistake; the contact itself stays."""
    link = contact_link(actor, object_name, pk, link_id)
    write_links(actor, ContactLink, object_name, [link.record_id], link.delete, verb="contact_unlinked")


def addresses_of(actor: Actor, object_name: str, pk: Any, *, seen: Record | None = None) -> list[AddressLink]:
    """Return the addresses of a record, the primary one first; ``seen`` as in ``contacts_of``."""
    parent = seen or get_record(actor, object_name, pk)
    return [link for link in links_of(AddressLink, object_name, [parent.pk]) if link.is_living]


@transaction.atomic
def add_address(
    actor: Actor, object_name: str, pk: Any, values: dict[str, Any], *, primary: bool = False
) -> AddressLink:
    """Create an address in use by a record. The first one becomes primary by itself."""
    parent = _parent(actor, object_name, pk, without=PLACES)
    address = create_record(actor, "address", values, cause=f"{object_name}:{parent.pk}")
    link = AddressLink(address_id=address.pk, object=object_name, record_id=parent.pk)
    return _link_address(actor, link, primary=primary)


@transaction.atomic
def link_address(
    actor: Actor, object_name: str, pk: Any, address_id: Any, *, primary: bool = False
) -> AddressLink:
    """Let a record use an address that the actor sees already. Raises Invalid when it does."""
    parent = _parent(actor, object_name, pk, without=PLACES)
    address = get_record(actor, "address", address_id)
    link = AddressLink(address_id=address.pk, object=object_name, record_id=parent.pk)
    return _link_address(actor, link, primary=primary)


def _link_address(actor: Actor, link: AddressLink, *, primary: bool) -> AddressLink:
    def change() -> None:
        same = AddressLink.objects.filter(
            address=link.address_id, object=link.object, record_id=link.record_id
        )
        if same.exists():
            raise Invalid([FieldError("address", "duplicate", _("This address is here already."))])
        link.save()
        if primary:
            make_primary(AddressLink, link)

    links = write_links(actor, AddressLink, link.object, [link.record_id], change, verb="address_linked")
    return _of(links, link)


@transaction.atomic
def make_address_primary(actor: Actor, object_name: str, pk: Any, link_id: Any) -> AddressLink:
    """Let an address be the one that is used first."""
    link = _address_link(actor, object_name, pk, link_id)
    links = write_links(
        actor,
        AddressLink,
        object_name,
        [link.record_id],
        lambda: make_primary(AddressLink, link),
        verb="address_made_primary",
    )
    return _of(links, link)


@transaction.atomic
def unlink_address(actor: Actor, object_name: str, pk: Any, link_id: Any) -> None:
    """Take an address off a record; the address itself stays with the others that use it."""
    link = _address_link(actor, object_name, pk, link_id)
    write_links(actor, AddressLink, object_name, [link.record_id], link.delete, verb="address_unlinked")


def copy_links(actor: Actor, source: tuple[str, int], target: tuple[str, int]) -> None:
    """Let a record use every contact and address that another has; nothing is duplicated.

    For business services, inside their transaction: no rights are asked.
    """
    _copy(actor, ContactLink, source, target, "contact_linked")
    _copy(actor, AddressLink, source, target, "address_linked")


def _copy(
    actor: Actor, model: LinkModel, source: tuple[str, int], target: tuple[str, int], verb: str
) -> None:
    links = [link for link in links_of(model, source[0], [source[1]]) if link.is_living]
    if not links:
        return
    copies = [link.copy_to(*target) for link in links]

    def change() -> None:
        model._default_manager.bulk_create(copies, ignore_conflicts=True)

    cause = f"{source[0]}:{source[1]}"
    write_links(actor, model, target[0], [target[1]], change, verb=verb, cause=cause)


def _parent(actor: Actor, object_name: str, pk: Any, *, without: tuple[str, ...]) -> Record:
    """Return the record whose people or addresses are to change. Raises Invalid for objects without any."""
    parent = get_record(actor, object_name, pk, Action.EDIT)
    if object_name in without:
        label = registry.get(object_name).label
        message = _("Nothing of this sort is kept at a record of %(object)s.") % {"object": label}
        raise Invalid([FieldError("", "not_linkable", message)])
    return parent


def _address_link(actor: Actor, object_name: str, pk: Any, link_id: Any) -> AddressLink:
    parent = _parent(actor, object_name, pk, without=PLACES)
    wanted = whole_number(link_id)
    link = next((link for link in addresses_of(actor, object_name, parent.pk) if link.pk == wanted), None)
    if link is None:
        raise NotFound("address", link_id)
    return link


def _of(links: list[Any], link: L) -> L:
    """Return a link as it stands among the links written."""
    found: L = next(each for each in links if each.pk == link.pk)
    return found
