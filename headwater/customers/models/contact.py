"""Contacts: people, and the roles they have at leads and customers."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customers.models.person import PersonFields
from headwater.metadata import modelfields as fields
from headwater.metadata.choices import options_of
from headwater.metadata.sections import Section
from headwater.records.errors import FieldError
from headwater.records.models import Record


class Contact(PersonFields, Record):
    """A person. A contact may work for several companies, or none, and is not a lead by itself."""

    name = fields.TextField(
        verbose_name=pgettext_lazy("of a person", "Name"),
        editable=False,
        folded=True,
        max_length=420,
        personal=True,
    )
    birthday = fields.DateField(verbose_name=_("Birthday"), personal=True)
    organization = fields.TextField(verbose_name=_("Organization"), folded=True)
    notes = fields.LongTextField(verbose_name=_("Notes"))

    class Meta(Record.Meta):
        verbose_name = _("Contact")

    class Dictionary:
        slug = "contacts"
        label_plural = _("Contacts")
        icon = "address-book"
        about = _("A contact is a person, who may work for one company, several or none.")
        list_columns = ("name", "organization", "job_title", "email", "phone", "owner", "created_at")
        search_keys = ("name", "organization", "email", "phone", "mobile", "whatsapp")
        match_keys = (("external_id",), ("email",), ("phone",))
        needed_on_form = ("first_name",)
        sections = (
            Section(
                "person",
                _("Person"),
                ("salutation", "first_name", "middle_name", "last_name", "gender", "job_title", "birthday"),
            ),
            Section("reach", _("Reach"), ("email", "phone", "phone_extension", "mobile", "whatsapp", "fax")),
            Section("work", _("Work"), ("organization", "owner", "assignees", "labels", "external_id")),
            Section("notes", _("Notes"), ("notes",)),
        )

    def __str__(self) -> str:
        return str(self.name)

    def derive(self, given: frozenset[str]) -> None:
        self.name = (
            self.person_name or self.email.partition("@")[0] or self.phone or self.mobile or self.external_id
        )[:420]

    def check_rules(self) -> list[FieldError]:
        if self.name:
            return []
        return [FieldError("first_name", "required", say("Give a name, an e-mail or a phone."))]


class ContactLink(models.Model):
    """A contact's role at a lead or customer; it can end without losing its past."""

    target: ClassVar[str] = "contact"

    class Channel(models.TextChoices):
        """How somebody wants to be written to or called."""

        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        SMS = "sms", "SMS"
        WHATSAPP = "whatsapp", _("WhatsApp")
        LINE = "line", "LINE"
        VIBER = "viber", "Viber"
        TELEGRAM = "telegram", "Telegram"
        MESSENGER = "messenger", "Facebook Messenger"
        INSTAGRAM = "instagram", "Instagram"
        POST = "post", _("Letter")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="links")
    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    role = models.CharField(max_length=80, default="", blank=True)
    preferred_channel = models.CharField(max_length=20, choices=Channel.choices, default="", blank=True)
    is_primary = models.BooleanField(default=False)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-is_primary", "id"]
        indexes: ClassVar = [models.Index(fields=["object", "record_id"], name="contact_link_party")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact", "object", "record_id", "role"], name="contact_link_once"
            ),
            models.UniqueConstraint(
                fields=["object", "record_id"],
                condition=models.Q(is_primary=True),
                name="contact_link_one_primary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} at {self.object} {self.record_id}"

    @property
    def target_id(self) -> int:
        return self.contact_id

    @property
    def is_living(self) -> bool:
        """Whether the role goes on and the contact exists."""
        return self.until is None and self.contact.deleted_at is None

    @property
    def role_label(self) -> str:
        return role_label(self.role)

    def as_json(self) -> dict[str, Any]:
        """Return what history keeps of the link."""
        return {
            "contact": self.contact_id,
            "role": self.role,
            "preferred_channel": self.preferred_channel,
            "primary": self.is_primary,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }

    def copy_to(self, object_name: str, record_id: int) -> "ContactLink":
        """Return an unsaved link, not primary, of the same contact in the same role to another record."""
        return ContactLink(
            contact_id=self.contact_id,
            object=object_name,
            record_id=record_id,
            role=self.role,
            preferred_channel=self.preferred_channel,
            since=self.since,
        )


def role_label(key: str) -> str:
    """Return a role in words; its key when the option is gone."""
    return next((str(c.label) for c in options_of("contact_role") if c.key == key), key)
