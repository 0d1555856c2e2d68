"""What is known of any person, whether a contact or a lead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.metadata import modelfields as fields


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class PersonFields(models.Model):
    """The fields that leads and contacts share, so that one can be copied into the other."""

    salutation = fields.ChoiceField(verbose_name=_("Salutation"), choice_list="salutation")
    first_name = fields.TextField(verbose_name=_("First name"), personal=True)
    middle_name = fields.TextField(verbose_name=_("Middle name"), personal=True)
    last_name = fields.TextField(verbose_name=_("Last name"), personal=True)
    gender = fields.ChoiceField(verbose_name=_("Gender"), choices=Gender.choices, personal=True)
    job_title = fields.TextField(verbose_name=_("Job title"))
    email = fields.EmailField(verbose_name=_("E-mail"), personal=True)
    phone = fields.PhoneField(verbose_name=_("Phone"), personal=True)
    phone_extension = fields.TextField(verbose_name=_("Phone extension"), max_length=20, personal=True)
    mobile = fields.PhoneField(verbose_name=_("Mobile"), personal=True)
    whatsapp = fields.PhoneField(verbose_name=_("WhatsApp"), personal=True)
    fax = fields.PhoneField(verbose_name=_("Fax"), personal=True)

    class Meta:
        abstract = True

    @property
    def person_name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name)))

    def stand_in(self, word: str) -> None:
        """See ``Record.stand_in``."""
        self.first_name = word
