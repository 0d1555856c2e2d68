"""The three families of addresses: records, tables they point to, and choice lists.

Each converter matches only names that the dictionary has, so that an unknown object is an
unknown address, and objects made while the product runs need no new route.
"""

from django.urls import register_converter

from headwater.customers.services import has_addresses, has_contacts
from headwater.metadata import choices, registry
from headwater.metadata.errors import UnknownObject
from headwater.pipeline.conversion import VERBS
from headwater.pipeline.services import STEPS


class _Slug:
    regex = "[a-z][a-z0-9-]*"

    def to_url(self, value: str) -> str:
        return value


def _is_record(slug: str) -> bool:
    try:
        return registry.by_slug(slug).is_record
    except UnknownObject as problem:
        raise ValueError(slug) from problem


class RecordSlug(_Slug):
    """The plural of an object whose rows are records: ``orders``."""

    def to_python(self, value: str) -> str:
        if not _is_record(value):
            raise ValueError(value)
        return value


class WithContactsSlug(RecordSlug):
    """The plural of an object whose records have people: ``customers``."""

    def to_python(self, value: str) -> str:
        if not has_contacts(registry.by_slug(super().to_python(value)).name):
            raise ValueError(value)
        return value


class WithAddressesSlug(RecordSlug):
    """The plural of an object whose records use addresses: ``contacts``."""

    def to_python(self, value: str) -> str:
        if not has_addresses(registry.by_slug(super().to_python(value)).name):
            raise ValueError(value)
        return value


class ReferenceSlug(_Slug):
    """The plural of a table that records point to: ``users``."""

    def to_python(self, value: str) -> str:
        if _is_record(value):
            raise ValueError(value)
        return value


class ChoiceListSlug(_Slug):
    """The plural of a choice list: ``sources``."""

    def to_python(self, value: str) -> str:
        if choices.list_by_slug(value) is None:
            raise ValueError(value)
        return value


class VerbName(_Slug):
    """What can be made from, or done with, some record: ``loss``."""

    def to_python(self, value: str) -> str:
        if value not in {verb.name for verb in VERBS} | {step.name for step in STEPS}:
            raise ValueError(value)
        return value


def register() -> None:
    """Make the converters known to the addresses; must run before they are written."""
    register_converter(RecordSlug, "record")
    register_converter(WithContactsSlug, "withcontacts")
    register_converter(WithAddressesSlug, "withaddresses")
    register_converter(ReferenceSlug, "reference")
    register_converter(ChoiceListSlug, "choicelist")
    register_converter(VerbName, "verb")
