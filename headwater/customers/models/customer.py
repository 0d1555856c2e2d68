"""Customers: companies and individuals who have bought or are served."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.metadata import modelfields as fields
from headwater.metadata.sections import Section
from headwater.records.models import Record


class CustomerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    INDIVIDUAL = "individual", _("Individual")


class Customer(Record):
    """A company or a person with whom there is business."""

    name = fields.TextField(
        verbose_name=pgettext_lazy("of a person or an organization", "Name"), required=True, folded=True
    )
    kind = fields.ChoiceField(
        verbose_name=_("Kind"), choices=CustomerKind.choices, default=CustomerKind.COMPANY
    )
    group = fields.ChoiceField(verbose_name=_("Group"), choice_list="customer_group")
    territory = fields.ChoiceField(verbose_name=_("Territory"), choice_list="territory")
    industry = fields.ChoiceField(verbose_name=_("Industry"), choice_list="industry")
    market_segment = fields.ChoiceField(verbose_name=_("Market segment"), choice_list="market_segment")
    email = fields.EmailField(verbose_name=_("E-mail"))
    phone = fields.PhoneField(verbose_name=_("Phone"))
    website = fields.UrlField(verbose_name=_("Website"))
    tax_id = fields.TextField(verbose_name=_("Tax number"), max_length=60)
    founded_on = fields.DateField(verbose_name=_("Founded"))
    seasonality = fields.TextField(verbose_name=_("Seasonality"))
    terms = fields.LongTextField(verbose_name=_("Credit and terms"))
    primary_contact = fields.RelationField(
        "customers.Contact", verbose_name=_("Contact person"), related_name="+", editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("Customer")

    class Dictionary:
        slug = "customers"
        label_plural = _("Customers")
        icon = "building"
        about = _("A customer is a company or person that has bought from you or is served by you.")
        list_columns = ("name", "kind", "group", "territory", "email", "phone", "owner", "created_at")
        search_keys = ("name", "email", "phone", "tax_id")
        match_keys = (("external_id",), ("name",), ("email",), ("tax_id",))
        sections = (
            Section("customer", _("Customer"), ("name", "kind", "group", "tax_id", "primary_contact")),
            Section("reach", _("Reach"), ("email", "phone", "website")),
            Section(
                "market",
                _("Market"),
                ("territory", "industry", "market_segment", "founded_on", "seasonality"),
            ),
            Section("work", _("Work"), ("owner", "assignees", "labels", "terms", "external_id")),
        )

    def __str__(self) -> str:
        return str(self.name)
