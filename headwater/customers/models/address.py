"""Postal addresses, shared by the records that use them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.metadata import modelfields as fields
from headwater.metadata.sections import Section
from headwater.records.models import Record


class Address(Record):
    """A place. Whoever sees a record that uses an address sees the address."""

    name = fields.TextField(verbose_name=_("Title"), editable=False, folded=True, max_length=420)
    title = fields.TextField(verbose_name=_("Label"), max_length=120)
    kind = fields.ChoiceField(verbose_name=_("Type"), choice_list="address_type")
    line1 = fields.TextField(verbose_name=_("Address line 1"), required=True)
    line2 = fields.TextField(verbose_name=_("Address line 2"))
    city = fields.TextField(verbose_name=_("City"), max_length=120)
    state = fields.TextField(verbose_name=_("Province or state"), max_length=120)
    postal_code = fields.TextField(verbose_name=_("Postal code"), max_length=20)
    country = fields.TextField(verbose_name=_("Country"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Address")

    class Dictionary:
        slug = "addresses"
        label_plural = _("Addresses")
        icon = "map-pin"
        in_menu = False
        list_columns = ("name", "kind", "line1", "city", "postal_code", "country")
        search_keys = ()
        match_keys = (("external_id",),)
        sections = (
            Section(
                "address",
                _("Address"),
                ("kind", "title", "line1", "line2", "city", "state", "postal_code", "country"),
            ),
        )

    def __str__(self) -> str:
        return str(self.name)

    def stand_in(self, word: str) -> None:
        self.title = word

    def derive(self, given: frozenset[str]) -> None:
        self.name = (self.title or ", ".join(part for part in (self.line1, self.city) if part))[:420]


class AddressLink(models.Model):
    """An address in use by a lead, contact or customer."""

    target: ClassVar[str] = "address"

    address = models.ForeignKey(Address, models.CASCADE, related_name="links")
    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-is_primary", "id"]
        indexes: ClassVar = [models.Index(fields=["object", "record_id"], name="address_link_party")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address", "object", "record_id"], name="address_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address_id} at {self.object} {self.record_id}"

    @property
    def target_id(self) -> int:
        return self.address_id

    @property
    def is_living(self) -> bool:
        return self.address.deleted_at is None

    def as_json(self) -> dict[str, Any]:
        """Return what history keeps of the link."""
        return {"address": self.address_id, "primary": self.is_primary}

    def copy_to(self, object_name: str, record_id: int) -> "AddressLink":
        """Return an unsaved link, not primary, of the same address to another record."""
        return AddressLink(address_id=self.address_id, object=object_name, record_id=record_id)
