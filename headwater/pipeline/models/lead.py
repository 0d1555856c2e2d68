"""Leads: somebody who may buy."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customers.models.person import PersonFields
from headwater.lib import clock
from headwater.metadata import modelfields as fields
from headwater.metadata.choices import currency_options
from headwater.metadata.progress import Point, Progress
from headwater.metadata.sections import Section
from headwater.records.errors import FieldError
from headwater.records.models import Limits, Origin, Record
from headwater.users import organization


class LeadStatus(models.TextChoices):
    LEAD = "lead", _("Lead")
    OPEN = "open", _("Open")
    REPLIED = "replied", _("Replied")
    OPPORTUNITY = "opportunity", _("Opportunity")
    QUOTATION = "quotation", _("Quotation")
    LOST_QUOTATION = "lost_quotation", _("Lost Quotation")
    INTERESTED = "interested", _("Interested")
    CONVERTED = "converted", _("Converted")
    DO_NOT_CONTACT = "do_not_contact", _("Do Not Contact")


BY_CALLS = frozenset({LeadStatus.OPEN, LeadStatus.REPLIED})
"""What calls make of a status; unlike that of papers, people may set another by hand."""


class Priority(models.TextChoices):
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class Qualification(models.TextChoices):
    UNQUALIFIED = "unqualified", _("Unqualified")
    IN_PROCESS = "in_process", _("In process")
    QUALIFIED = "qualified", _("Qualified")


class NamedBy(models.TextChoices):
    """Where a lead's name comes from; anything but the first two is a stand-in for a missing name."""

    ORGANIZATION = "organization", _("Organization")
    PERSON = "person", _("Person")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL_ID = "external_id", _("External id")
    NOTHING = "nothing", _("Nothing")


_STATUS_COLORS = (
    ("open", "blue"),
    ("replied", "azure"),
    ("opportunity", "indigo"),
    ("quotation", "purple"),
    ("lost_quotation", "orange"),
    ("interested", "teal"),
    ("converted", "green"),
    ("do_not_contact", "red"),
)
_WAY = [status.value for status in LeadStatus if status != LeadStatus.DO_NOT_CONTACT]
"""The statuses in their order. Who shall not be contacted goes no further: nothing is asked for her."""


def _points() -> list[Point]:
    return [Point(status, LeadStatus(status).label, "status") for status in _WAY]


def _reached(record: "Lead", point: str) -> bool:
    """Say whether a lead has a status or one after it."""
    return point in _WAY and record.status in _WAY and _WAY.index(record.status) >= _WAY.index(point)


_SOURCE_ORIGINS = {Origin.UI: "manually_created"}


class Lead(PersonFields, Record):
    """A person or organization that may buy.

    ``status`` is shown and derived: what a person set last is ``manual_status``, what the papers of
    the lead and the calls since then say is ``evidence_status``, and the first true line of the rules
    wins.
    ``converted_at`` is the earlier of two instants: the one a person or an import brought
    (``converted_at_given``) and that of the first opportunity or customer made from the lead that
    still exists (``evidence_converted_at``). ``score`` is the sum of ``score_reasons``, pairs of a
    rule's number and its points; nothing when no rule fits. ``next_contact_reached`` is the next
    contact once its day has come and has had its effect on the status.
    """

    name = fields.TextField(
        verbose_name=pgettext_lazy("of a person or an organization", "Name"),
        editable=False,
        folded=True,
        max_length=420,
    )
    named_by = fields.ChoiceField(
        verbose_name=_("Named by"), choices=NamedBy.choices, default=NamedBy.NOTHING, editable=False
    )
    is_organization = fields.BooleanField(verbose_name=_("Is an organization"))
    organization_name = fields.TextField(verbose_name=_("Organization"), folded=True)
    customer = fields.RelationField("customers.Customer", verbose_name=_("Customer"), related_name="leads")
    primary_contact = fields.RelationField(
        "customers.Contact", verbose_name=_("Contact person"), related_name="+", editable=False
    )
    language = fields.ChoiceField(
        verbose_name=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("What is written to them, such as a quotation, is in this language."),
    )
    unsubscribed = fields.BooleanField(
        verbose_name=_("Unsubscribed"), help_text=_("They want no mail that goes to many.")
    )
    website = fields.UrlField(verbose_name=_("Website"))
    source = fields.ChoiceField(verbose_name=_("Source"), choice_list="source")
    source_channel = fields.ChoiceField(verbose_name=_("Source channel"), choice_list="source_channel")
    source_channel_id = fields.TextField(verbose_name=_("Source channel id"), max_length=120)
    source_origin = fields.ChoiceField(verbose_name=_("Source origin"), choice_list="source_origin")
    campaign = fields.ChoiceField(verbose_name=_("Campaign"), choice_list="campaign")
    utm_source = fields.TextField(verbose_name=_("UTM source"))
    utm_medium = fields.TextField(verbose_name=_("UTM medium"))
    utm_campaign = fields.TextField(verbose_name=_("UTM campaign"))
    utm_term = fields.TextField(verbose_name=_("UTM term"))
    utm_content = fields.TextField(verbose_name=_("UTM content"))
    territory = fields.ChoiceField(verbose_name=_("Territory"), choice_list="territory")
    lead_type = fields.ChoiceField(verbose_name=_("Lead type"), choice_list="lead_type")
    market_segment = fields.ChoiceField(verbose_name=_("Market segment"), choice_list="market_segment")
    industry = fields.ChoiceField(verbose_name=_("Industry"), choice_list="industry")
    request_type = fields.ChoiceField(verbose_name=_("Request type"), choice_list="request_type")
    qualification = fields.ChoiceField(verbose_name=_("Qualification"), choices=Qualification.choices)
    qualified_by = fields.UserField(verbose_name=_("Qualified by"), db_index=False)
    qualified_on = fields.DateField(verbose_name=_("Qualified on"))
    annual_revenue = fields.MoneyField(
        verbose_name=_("Annual revenue"), currency_key="currency", rate_key="created_at"
    )
    employees = fields.IntegerField(verbose_name=_("Employees"))
    value = fields.MoneyField(verbose_name=_("Value"), currency_key="currency", rate_key="created_at")
    currency = fields.ChoiceField(verbose_name=_("Currency"), max_length=3, default="")
    status = fields.ChoiceField(verbose_name=_("Status"), choices=LeadStatus.choices, default=LeadStatus.LEAD)
    manual_status = fields.ChoiceField(
        verbose_name=_("Status set by hand"),
        choices=LeadStatus.choices,
        default=LeadStatus.LEAD,
        editable=False,
    )
    priority = fields.ChoiceField(
        verbose_name=_("Priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    score = fields.IntegerField(verbose_name=_("Score"), editable=False)
    next_contact_at = fields.InstantField(verbose_name=_("Next contact"))
    next_contact_ends_at = fields.InstantField(verbose_name=_("Next contact ends"))
    next_contact_by = fields.UserField(verbose_name=_("Next contact by"))
    converted_at = fields.InstantField(verbose_name=_("Converted on"), bucketed=True)
    converted_at_given = fields.InstantField(
        verbose_name=_("Converted on, as given"), editable=False, reportable=False
    )
    customer_at = fields.InstantField(verbose_name=_("Customer since"), editable=False)
    first_response_at = fields.InstantField(verbose_name=_("First response"), editable=False)
    recycled_from = fields.RelationField(
        "pipeline.Opportunity",
        verbose_name=_("Turned back from"),
        related_name="recycled_leads",
        editable=False,
    )

    score_reasons = models.JSONField(default=list, blank=True, editable=False)
    evidence_status = models.CharField(max_length=20, default="", blank=True, editable=False)
    evidence_converted_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_contact_reached = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Lead")
        indexes: ClassVar = [
            *Record.Meta.indexes,
            # The lists people live in, per owner: records/merging.py reads a page of each from these.
            models.Index(
                "owner",
                "status",
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at__isnull=True),
                name="lead_owner_status",
            ),
            models.Index(
                "owner",
                "territory",
                "name_sort",
                "id",
                condition=models.Q(deleted_at__isnull=True),
                name="lead_owner_territory",
            ),
            models.Index("name_sort", "id", condition=models.Q(deleted_at__isnull=True), name="lead_name"),
            # Those whose next contact is still to come: few, so the clock can ask for them every hour.
            models.Index(
                fields=["next_contact_at"],
                condition=models.Q(
                    next_contact_at__isnull=False, next_contact_reached__isnull=True, deleted_at__isnull=True
                ),
                name="lead_next_contact",
            ),
            # What conversion reports read, without touching the table. SQLite calls an index covering
            # only when it holds the column of its own condition too.
            models.Index(
                fields=["source", "created_at_day", "converted_at_day", "owner", "deleted_at"],
                condition=models.Q(deleted_at__isnull=True),
                name="lead_report_source",
            ),
            models.Index(
                fields=["created_at_month", "owner", "converted_at_day", "deleted_at"],
                condition=models.Q(deleted_at__isnull=True),
                name="lead_report_month",
            ),
            models.Index(
                fields=["owner", "created_at_day", "source", "converted_at_day", "deleted_at"],
                condition=models.Q(deleted_at__isnull=True),
                name="lead_report_owner",
            ),
        ]

    class Dictionary:
        slug = "leads"
        label_plural = _("Leads")
        icon = "user-plus"
        about = _("A lead is a person or organization that may buy.")
        list_columns = ("name", "status", "source", "email", "phone", "owner", "value", "created_at")
        search_keys = (
            "name",
            "first_name",
            "middle_name",
            "last_name",
            "organization_name",
            "email",
            "phone",
            "mobile",
            "whatsapp",
        )
        match_keys = (("external_id",), ("email",), ("phone",))
        progress = Progress(_points, _reached)
        overrides: ClassVar = {
            "currency": {"choice_source": currency_options},
            "status": {"colors": _STATUS_COLORS},
            "priority": {"colors": (("high", "red"), ("low", "cyan"))},
        }
        needed_on_form = ("is_organization", "organization_name", "first_name")
        sections = (
            Section(
                "lead",
                _("Lead"),
                (
                    "is_organization",
                    "organization_name",
                    "first_name",
                    "middle_name",
                    "last_name",
                    "salutation",
                    "gender",
                    "language",
                    "job_title",
                ),
            ),
            Section(
                "reach",
                _("Reach"),
                (
                    "email",
                    "phone",
                    "phone_extension",
                    "mobile",
                    "whatsapp",
                    "fax",
                    "website",
                    "unsubscribed",
                ),
            ),
            Section(
                "work", _("Work"), ("status", "priority", "owner", "assignees", "labels", "value", "currency")
            ),
            Section(
                "follow_up",
                _("Follow-up"),
                ("next_contact_at", "next_contact_ends_at", "next_contact_by"),
            ),
            Section(
                "source",
                _("Source"),
                ("source", "source_channel", "source_channel_id", "source_origin", "campaign", "external_id"),
            ),
            Section(
                "qualification",
                _("Qualification"),
                (
                    "qualification",
                    "qualified_by",
                    "qualified_on",
                    "territory",
                    "lead_type",
                    "market_segment",
                    "industry",
                    "request_type",
                    "annual_revenue",
                    "employees",
                    "customer",
                ),
            ),
            Section("utm", _("UTM"), ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")),
        )

    def __str__(self) -> str:
        return str(self.name)

    def stand_in(self, word: str) -> None:
        if self.is_organization:
            self.organization_name = word
        else:
            self.first_name = word

    def derive(self, given: frozenset[str]) -> None:
        self._derive_name(given)
        if self._state.adding and not self.source_origin and "source_origin" not in given:
            self.source_origin = _SOURCE_ORIGINS.get(Origin(self.origin), self.origin)
        if not self.currency and (self.value is not None or self.annual_revenue is not None):
            self.currency = organization.current().currency
        if self.next_contact_at != self.next_contact_reached:
            self.next_contact_reached = None  # another one was set, whose day is to come
        self._derive_conversion(given)
        self._derive_status(given)

    def _derive_conversion(self, given: frozenset[str]) -> None:
        # Writing back what is shown is no new knowledge: it would outlive its evidence.
        if "converted_at" in given and (
            self.converted_at is None or self.converted_at != self.evidence_converted_at
        ):
            self.converted_at_given = self.converted_at
        known = [at for at in (self.converted_at_given, self.evidence_converted_at) if at is not None]
        self.converted_at = min(known, default=None)

    def _derive_status(self, given: frozenset[str]) -> None:
        if not self.status:
            return  # emptied, which the door refuses
        if "status" in given and self.status != self.derived_status:
            self.manual_status = self.status
            if self.evidence_status in BY_CALLS:
                self.evidence_status = ""
        self.status = self.derived_status
        if self.status == LeadStatus.CONVERTED and self.customer_at is None:
            self.customer_at = clock.now()

    @property
    def derived_status(self) -> str:
        """The status by the rules: Do Not Contact sticks, then the evidence, then what was set by hand."""
        if self.manual_status == LeadStatus.DO_NOT_CONTACT:
            return str(self.manual_status)
        return str(self.evidence_status or self.manual_status)

    @property
    def status_but_for_papers(self) -> str:
        """What was set by hand, or what the calls since then made of it."""
        return self.evidence_status if self.evidence_status in BY_CALLS else str(self.manual_status)

    def limits(self, key: str) -> Limits | None:
        if key != "status" or not self.evidence_status or self.evidence_status in BY_CALLS:
            return None
        reason = say("What was made from this lead decides its status; by hand it can only be “%(status)s”.")
        by_hand = LeadStatus.DO_NOT_CONTACT
        return Limits(frozenset({self.evidence_status, by_hand.value}), reason % {"status": by_hand.label})

    def _derive_name(self, given: frozenset[str]) -> None:
        if self._state.adding and "is_organization" not in given:
            self.is_organization = bool(self.organization_name)
        person, organization = (
            (NamedBy.PERSON, self.person_name),
            (NamedBy.ORGANIZATION, self.organization_name),
        )
        candidates = [
            *([organization, person] if self.is_organization else [person, organization]),
            (NamedBy.EMAIL, self.email.partition("@")[0]),
            (NamedBy.PHONE, self.phone or self.mobile or self.whatsapp),
            (NamedBy.EXTERNAL_ID, self.external_id),
        ]
        self.named_by, self.name = next(
            ((by, name[:420]) for by, name in candidates if name), (NamedBy.NOTHING, "")
        )

    def check_rules(self) -> list[FieldError]:
        by_hand = self.origin == Origin.UI
        if self.is_organization and not self.organization_name and by_hand:
            return [FieldError("organization_name", "required", say("Write the name of the organization."))]
        if not self.is_organization and not self.person_name and by_hand:
            return [FieldError("first_name", "required", say("Write the person's name."))]
        if not self.name:
            return [
                FieldError(
                    "first_name", "required", say("Give a name, an organization, an e-mail or a phone.")
                )
            ]
        begins, ends = self.next_contact_at, self.next_contact_ends_at
        if begins and ends and ends < begins:
            return [FieldError("next_contact_ends_at", "too_early", say("It cannot end before it begins."))]
        return []


class LeadEvidence(models.Model):
    """A fact that speaks for a lead's status: a paper, record or call of some room, live or not.

    Rooms above write these rows in the transaction of the fact; the status is derived from them.
    A call is live until somebody sets the status by hand.
    """

    class Kind(models.TextChoices):
        OPPORTUNITY = "opportunity", _("Opportunity")
        CUSTOMER = "customer", _("Customer")
        QUOTATION = "quotation", _("Quotation")
        LOST_QUOTATION = "lost_quotation", _("Lost quotation")
        ORDER = "order", _("Order")
        OUTGOING_CALL = "outgoing_call", _("Outgoing call")
        INCOMING_CALL = "incoming_call", _("Incoming call")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    record_id = models.BigIntegerField()
    live = models.BooleanField(default=True)
    exists = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead", "kind", "record_id"], name="lead_evidence_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "record_id"], name="lead_evidence_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} of lead {self.lead_id}"
