"""The contacts and addresses of a record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import caller_of
from headwater.api.problems import wrong
from headwater.api.schemas import verbs as schemas
from headwater.api.schemas.common import Page
from headwater.customers import services
from headwater.customers.models import AddressLink, ContactLink
from headwater.metadata import registry

router = Router()


@router.get("/{withcontacts:object}/{int:id}/contacts", response=Page[schemas.ContactRole])
def list_contacts_of(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """List the people of a record that you may see, the primary one first, past roles last."""
    links = services.contacts_of(caller_of(request).actor, registry.by_slug(object).name, id)
    return page([contact_role_json(link) for link in links])


@router.post("/{withcontacts:object}/{int:id}/contacts", response={201: schemas.ContactRole})
def add_contact_to(request: HttpRequest, object: str, id: int, given: schemas.NewContactRole) -> HttpResponse:
    """Make a contact, or a new one, a person of a record."""
    actor, source = caller_of(request).actor, registry.by_slug(object).name
    more = given.dict(exclude={"contact"}, exclude_unset=True)
    if isinstance(given.contact, dict):
        link = services.add_contact(actor, source, id, given.contact, **more)
    else:
        link = services.link_contact(actor, source, id, given.contact, **more)
    return answer(contact_role_json(link), status=201)


@router.patch("/{withcontacts:object}/{int:id}/contacts/{int:link}", response=schemas.ContactRole)
def change_contact_of(
    request: HttpRequest, object: str, id: int, link: int, given: schemas.ContactRoleChange
) -> HttpResponse:
    """Change what a person is at a record, end her role, or let her be the primary one."""
    actor, source = caller_of(request).actor, registry.by_slug(object).name
    changes = given.dict(exclude_unset=True)
    if not changes:
        raise wrong(
            "",
            "no_change",
            _("Say what is to change: %(keys)s.")
            % {"keys": ", ".join(schemas.ContactRoleChange.model_fields)},
        )
    return answer(contact_role_json(services.change_role(actor, source, id, link, **changes)))


@router.delete("/{withcontacts:object}/{int:id}/contacts/{int:link}", response={204: None})
def remove_contact_from(request: HttpRequest, object: str, id: int, link: int) -> HttpResponse:
    """Take a person off a record, as if linked by mistake; the contact stays."""
    services.unlink_contact(caller_of(request).actor, registry.by_slug(object).name, id, link)
    return nothing()


@router.get("/{withaddresses:object}/{int:id}/addresses", response=Page[schemas.AddressUse])
def list_addresses_of(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """List the addresses of a record, the primary one first."""
    links = services.addresses_of(caller_of(request).actor, registry.by_slug(object).name, id)
    return page([address_use_json(link) for link in links])


@router.post("/{withaddresses:object}/{int:id}/addresses", response={201: schemas.AddressUse})
def add_address_to(request: HttpRequest, object: str, id: int, given: schemas.NewAddressUse) -> HttpResponse:
    """Let a record use an address, or a new one."""
    actor, source = caller_of(request).actor, registry.by_slug(object).name
    if isinstance(given.address, dict):
        link = services.add_address(actor, source, id, given.address, primary=given.primary)
    else:
        link = services.link_address(actor, source, id, given.address, primary=given.primary)
    return answer(address_use_json(link), status=201)


@router.patch("/{withaddresses:object}/{int:id}/addresses/{int:link}", response=schemas.AddressUse)
def change_address_of(
    request: HttpRequest, object: str, id: int, link: int, given: schemas.AddressUseChange
) -> HttpResponse:
    """Let an address be the one that is used first."""
    if not given.primary:
        raise wrong("primary", "not_possible", _("Make another address the primary one instead."))
    actor, source = caller_of(request).actor, registry.by_slug(object).name
    return answer(address_use_json(services.make_address_primary(actor, source, id, link)))


@router.delete("/{withaddresses:object}/{int:id}/addresses/{int:link}", response={204: None})
def remove_address_from(request: HttpRequest, object: str, id: int, link: int) -> HttpResponse:
    """Take an address off a record; it stays with the others that use it."""
    services.unlink_address(caller_of(request).actor, registry.by_slug(object).name, id, link)
    return nothing()


def contact_role_json(link: ContactLink) -> dict[str, Any]:
    """Return a person of a record with her role."""
    return {
        "id": link.pk,
        "contact": link.contact_id,
        "name": link.contact.name,
        "email": registry.seen_value(link.contact, "email") or "",
        "phone": registry.seen_value(link.contact, "phone") or "",
        "role": link.role,
        "preferred_channel": link.preferred_channel,
        "is_primary": link.is_primary,
        "since": link.since,
        "until": link.until,
    }


def address_use_json(link: AddressLink) -> dict[str, Any]:
    """Return an address of a record."""
    return {
        "id": link.pk,
        "address": link.address_id,
        "name": link.address.name,
        "is_primary": link.is_primary,
    }
