"""Links to one other record or user."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from headwater.lib.numbers import ascii_digits, whole_number
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.base import Kind, clean_text
from headwater.users.models import User

if TYPE_CHECKING:
    from headwater.metadata.objects import Field


MOST_LINKS = 100
"""Records that one field of one record can name."""


def clean_id(raw: Any) -> int | None:
    """Return a record number given as such, as text, as a model instance or as ``{"id": …}``."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, models.Model):
        return int(raw.pk)
    if isinstance(raw, dict):
        raw = raw.get("id")
    if isinstance(raw, str):
        raw = whole_number(ascii_digits(raw.strip()))
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw < 2**63:
        raise BadValue("not_reference", _("Give the number of an existing record."))
    return raw


def id_or_none(raw: Any) -> int | None:
    """Return the same, and None for what can be no number: there is no such record then."""
    try:
        return clean_id(raw)
    except BadValue:
        return None


class RelationKind(Kind):
    """The stored value is the other record's number; the doors check that the writer may see it."""

    name = "relation"
    operators: ClassVar[tuple[str, ...]] = ("in", "not_in", "empty", "not_empty")
    buckets = ("value",)

    def clean(self, raw: Any, field: "Field") -> int | None:
        return clean_id(raw)

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else str(value)


def clean_user(raw: Any) -> int | None:
    """Return the number of a user given by it, or by e-mail."""
    if not (isinstance(raw, str) and "@" in raw):
        return clean_id(raw)
    email = clean_text(raw, max_length=None)
    found = User.objects.filter(email=email.lower()).values_list("pk", flat=True).first()
    if found is None:
        raise BadValue("unknown_user", _("No user has the e-mail %(email)s.") % {"email": email})
    return found


class RelationsKind(Kind):
    """Several records of one object, or several users; the value is a tuple of their numbers as given."""

    name = "relations"
    operators = ("has_any", "has_all", "has_none", "empty", "not_empty")
    of_people = ("me", "my_team", "my_team_and_below")
    sortable = False
    groupable = False
    many = True

    def operators_on(self, field: "Field") -> tuple[str, ...]:
        return (*self.of_people, *self.operators) if field.target == "user" else self.operators

    def clean(self, raw: Any, field: "Field") -> tuple[int, ...]:
        if raw is None:
            return ()
        given = raw.split("|") if isinstance(raw, str) else raw
        if not isinstance(given, (list, tuple)):
            raise BadValue("not_list", _("Give a list of numbers of records."))
        read = clean_user if field.target == "user" else clean_id
        numbers = tuple(dict.fromkeys(number for each in given if (number := read(each)) is not None))
        if len(numbers) > MOST_LINKS:
            raise BadValue("too_many", _("Choose at most %(limit)d.") % {"limit": MOST_LINKS})
        return numbers

    def empty_value(self, field: "Field") -> tuple[int, ...]:
        return ()

    def to_json(self, value: Any) -> Any:
        return list(value or ())

    def from_json(self, value: Any) -> Any:
        return tuple(int(number) for number in value or ())

    def display(self, value: Any, field: "Field") -> str:
        return ", ".join(str(number) for number in value or ())


class UserKind(RelationKind):
    """A person who signs in, given by number or e-mail."""

    name = "user"
    operators = ("me", "my_team", "my_team_and_below", "in", "not_in", "active", "empty", "not_empty")

    def clean(self, raw: Any, field: "Field") -> int | None:
        return clean_user(raw)
