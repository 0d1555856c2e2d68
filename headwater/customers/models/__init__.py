"""The parties of the business and how they are reached."""

from headwater.customers.models.address import Address, AddressLink
from headwater.customers.models.contact import Contact, ContactLink
from headwater.customers.models.customer import Customer

__all__ = ["Address", "AddressLink", "Contact", "ContactLink", "Customer"]
