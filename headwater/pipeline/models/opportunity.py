"""Opportunities: a sale in the making."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.lib import clock
from headwater.lib.numbers import whole_number
from headwater.metadata import modelfields as fields
from headwater.metadata.choices import currency_options
from headwater.metadata.kinds import KINDS
from headwater.metadata.progress import Point, Progress
from headwater.metadata.sections import Section
from headwater.pipeline.models.stages import default_stage_id, facts_of_stage, stage_points
from headwater.records.errors import FieldError
from headwater.records.models import Limits, Record
from headwater.users import organization


class OpportunityStatus(models.TextChoices):
    OPEN = "open", _("Open")
    REPLIED = "replied", _("Replied")
    QUOTATION = "quotation", _("Quotation")
    CONVERTED = "converted", _("Converted")
    LOST = "lost", _("Lost")
    CLOSED = "closed", _("Closed")


_STATUS_COLORS = (
    ("open", "blue"),
    ("replied", "azure"),
    ("quotation", "purple"),
    ("converted", "green"),
    ("lost", "red"),
)
_CLOSING = {
    OpportunityStatus.CONVERTED: "won_at",
    OpportunityStatus.LOST: "lost_at",
    OpportunityStatus.CLOSED: "closed_at",
}
ENDED = frozenset(_CLOSING)
_WON = Point("status:converted", OpportunityStatus.CONVERTED.label, "status")


def _points() -> list[Point]:
    """Return how far an opportunity can get: through the stages of its pipeline, and at last won."""
    return [*stage_points(), _WON]


def _reached(record: "Opportunity", point: str) -> bool:
    """Say whether an opportunity is at a point or beyond; a won one is beyond all stages of its pipeline."""
    is_won: bool = record.status == OpportunityStatus.CONVERTED
    if point == _WON.key:
        return is_won
    number = whole_number(point.removeprefix("stage:"))
    wanted = None if number is None else facts_of_stage(number)
    here = facts_of_stage(record.stage_id)
    if wanted is None or here is None or wanted.pipeline_id != here.pipeline_id:
        return False
    return is_won or here.rank >= wanted.rank


class Opportunity(Record):
    """A possible sale to a lead or a customer, in a stage of a pipeline.

    Of the instants ``won_at``, ``lost_at`` and ``closed_at`` only that of the present status is
    set; ``decided_at`` is the first or the second: when it was known whether the sale came about.
    """

    name = fields.TextField(verbose_name=_("Name"), editable=False, folded=True)
    title = fields.TextField(verbose_name=_("Title"))
    lead = fields.RelationField("pipeline.Lead", verbose_name=_("Lead"), related_name="opportunities")
    customer = fields.RelationField(
        "customers.Customer", verbose_name=_("Customer"), related_name="opportunities"
    )
    contact = fields.RelationField(
        "customers.Contact", verbose_name=_("Contact"), related_name="opportunities"
    )
    type = fields.ChoiceField(verbose_name=_("Type"), choice_list="opportunity_type")
    pipeline = fields.RelationField(
        "pipeline.Pipeline", verbose_name=_("Pipeline"), related_name="opportunities", editable=False
    )
    stage = fields.RelationField("pipeline.Stage", verbose_name=_("Stage"), related_name="opportunities")
    stage_entered_at = fields.InstantField(verbose_name=_("In stage since"), editable=False)
    probability = fields.IntegerField(
        verbose_name=_("Probability"), validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    probability_by_hand = models.BooleanField(default=False, editable=False)
    amount = fields.MoneyField(verbose_name=_("Amount"), currency_key="currency")
    currency = fields.ChoiceField(verbose_name=_("Currency"), max_length=3, default="")
    expected_close = fields.DateField(verbose_name=_("Expected close"))
    status = fields.ChoiceField(
        verbose_name=_("Status"), choices=OpportunityStatus.choices, default=OpportunityStatus.OPEN
    )
    won_at = fields.InstantField(verbose_name=_("Won on"), editable=False, bucketed=True)
    lost_at = fields.InstantField(verbose_name=_("Lost on"), editable=False, bucketed=True)
    decided_at = fields.InstantField(verbose_name=_("Won or lost on"), editable=False, bucketed=True)
    closed_at = fields.InstantField(verbose_name=_("Closed on"), editable=False)
    lost_reasons = fields.MultiChoiceField(verbose_name=_("Lost reasons"), choice_list="lost_reason")
    competitors = fields.MultiChoiceField(verbose_name=_("Competitors"), choice_list="competitor")
    lost_detail = fields.LongTextField(verbose_name=_("Why it was lost"))
    source = fields.ChoiceField(verbose_name=_("Source"), choice_list="source")
    campaign = fields.ChoiceField(verbose_name=_("Campaign"), choice_list="campaign")
    territory = fields.ChoiceField(verbose_name=_("Territory"), choice_list="territory")

    class Meta(Record.Meta):
        verbose_name = _("Opportunity")
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(lead__isnull=False) | models.Q(customer__isnull=False),
                name="opportunity_party",
            ),
        ]

    class Dictionary:
        slug = "opportunities"
        label_plural = _("Opportunities")
        icon = "target-arrow"
        about = _("An opportunity is one possible sale to a lead or customer.")
        list_columns = (
            "name",
            "stage",
            "status",
            "amount",
            "expected_close",
            "owner",
            "lead",
            "customer",
            "created_at",
        )
        search_keys = ("name",)
        match_keys = (("external_id",),)
        progress = Progress(_points, _reached)
        overrides: ClassVar = {
            "currency": {"choice_source": currency_options},
            "status": {"colors": _STATUS_COLORS},
            "probability": {"kind": KINDS["percent"], "decimal_places": 0},
        }
        needed_on_form = ("title", "lead", "customer", "lost_reasons")
        sections = (
            Section("opportunity", _("Opportunity"), ("title", "lead", "customer", "contact", "type")),
            Section(
                "work",
                _("Work"),
                (
                    "status",
                    "stage",
                    "probability",
                    "amount",
                    "currency",
                    "expected_close",
                    "owner",
                    "assignees",
                    "labels",
                ),
            ),
            Section("loss", _("Loss"), ("lost_reasons", "competitors", "lost_detail")),
            Section("source", _("Source"), ("source", "campaign", "territory", "external_id")),
        )

    # As last saved, so that a change is told from writing the same value again.
    stage_before: int | None = None
    probability_before: int | None = None

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **options: Any) -> "Opportunity":
        record = super().from_db(db, field_names, values, **options)
        record.stage_before = record.__dict__.get("stage_id")
        record.probability_before = record.__dict__.get("probability")
        return record

    def __str__(self) -> str:
        return str(self.name)

    def stand_in(self, word: str) -> None:
        self.title = word

    def derive(self, given: frozenset[str]) -> None:
        self.name = self.title
        if self.amount is not None and not self.currency:
            self.currency = organization.current().currency
        self._derive_stage(given)
        if "status" in given:
            self._derive_closing()

    def _derive_stage(self, given: frozenset[str]) -> None:
        if self.stage_id is None:
            self.stage_id = default_stage_id()
        if self.stage_id != self.stage_before:
            self.stage_entered_at = clock.now()
            self.stage_before = self.stage_id
        stage = facts_of_stage(self.stage_id)
        self.pipeline_id = stage.pipeline_id if stage else None
        usual = stage.probability if stage else None
        if "probability" in given and self.probability != self.probability_before:
            self.probability_by_hand = self.probability not in (None, usual)
        if not self.probability_by_hand:
            self.probability = usual
        self.probability_before = self.probability

    def _derive_closing(self) -> None:
        for status, attname in _CLOSING.items():
            if self.status != status:
                setattr(self, attname, None)
            elif getattr(self, attname) is None:
                setattr(self, attname, clock.now())
        self.decided_at = self.won_at or self.lost_at

    def limits(self, key: str) -> Limits | None:
        if key != "stage" or self.status not in ENDED:
            return None
        return Limits(
            frozenset({self.stage_id}), say("Reopen the opportunity before moving it to another stage.")
        )

    def check_rules(self) -> list[FieldError]:
        errors = []
        if not self.title:
            errors.append(FieldError("title", "required", say("Give the opportunity a title.")))
        if self.lead_id is None and self.customer_id is None:
            errors.append(FieldError("lead", "required", say("Choose the lead or the customer it is for.")))
        if self.status == OpportunityStatus.LOST and not self.lost_reasons:
            errors.append(
                FieldError("lost_reasons", "required", say("Give at least one reason for the loss."))
            )
        if self.probability is not None and not 0 <= self.probability <= 100:
            errors.append(
                FieldError("probability", "out_of_range", say("The probability lies between 0 and 100."))
            )
        return errors
