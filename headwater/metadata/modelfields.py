"""Model fields that are entries of the dictionary.

A field of one of these classes on a registered model is known to every list, form, filter,
import, report and API; a plain Django field on the same model stays technical.
Migrations see plain Django fields, so that dictionary settings never make a migration.
"""

from typing import Any

from django.db import models

_DICTIONARY_OPTIONS = (
    "choice_list",
    "currency_key",
    "rate_key",
    "bucketed",
    "folded",
    "reportable",
    "personal",
    "required",
)


class DictionaryField(models.Field):  # type: ignore[type-arg]
    """Adds what the dictionary knows about a column.

    Options beyond Django's: ``required`` (a person must give it), ``reportable`` (reports offer
    it), ``personal`` (says something about a person), ``editable=False`` (the product fills it).
    """

    kind: str
    plain: type[models.Field]  # type: ignore[type-arg]
    links_to: str | None = None  # the object of a link that is no foreign key to it

    def __init__(self, *args: Any, **options: Any) -> None:
        self.dictionary: dict[str, Any] = {
            name: options.pop(name) for name in _DICTIONARY_OPTIONS if name in options
        }
        options.setdefault("blank", not self.dictionary.get("required", False))
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, f"django.db.models.{self.plain.__name__}", args, options

    def __copy__(self) -> Any:
        copy = super().__copy__()
        copy.dictionary = dict(self.dictionary)
        return copy

    def add_sibling(self, cls: type[models.Model], name: str, field: models.Field) -> None:  # type: ignore[type-arg]
        # Abstract classes hand their fields down, and each concrete class adds its own siblings.
        if not cls._meta.abstract:
            field.contribute_to_class(cls, name)


class TextField(DictionaryField, models.CharField):  # type: ignore[type-arg]
    """One line of text; ``folded`` keeps case-blind siblings: a text for matching, a key for sorting."""

    kind, plain = "text", models.CharField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 200)
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def contribute_to_class(self, cls: type[models.Model], name: str, *rest: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *rest, **options)
        if self.dictionary.get("folded"):
            self.add_sibling(
                cls,
                f"{name}_fold",
                models.CharField(max_length=self.max_length, default="", blank=True, editable=False),
            )
            self.add_sibling(cls, f"{name}_sort", models.BinaryField(default=b"", editable=False))


class LongTextField(DictionaryField, models.TextField):  # type: ignore[type-arg]
    kind, plain = "long_text", models.TextField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        super().__init__(*args, **options)


class EmailField(TextField):
    kind = "email"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 254)
        super().__init__(*args, **options)


class PhoneField(TextField):
    """The number as typed, with its E.164 form in ``<name>_e164``."""

    kind = "phone"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 60)
        super().__init__(*args, **options)

    def contribute_to_class(self, cls: type[models.Model], name: str, *rest: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *rest, **options)
        self.add_sibling(
            cls, f"{name}_e164", models.CharField(max_length=16, default="", blank=True, editable=False)
        )


class UrlField(TextField):
    kind = "url"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 500)
        super().__init__(*args, **options)


class IntegerField(DictionaryField, models.IntegerField):  # type: ignore[type-arg]
    kind, plain = "integer", models.IntegerField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("null", True)
        super().__init__(*args, **options)


class DecimalField(DictionaryField, models.DecimalField):  # type: ignore[type-arg]
    kind, plain = "decimal", models.DecimalField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("null", True)
        options.setdefault("max_digits", 15)
        options.setdefault("decimal_places", 2)
        super().__init__(*args, **options)


class MoneyField(DecimalField):
    """An amount in the currency that the field named by ``currency_key`` holds.

    In reports it is converted by the rate of the day of ``rate_key``, or of the date that counts it.
    """

    kind = "money"


class BooleanField(DictionaryField, models.BooleanField):  # type: ignore[type-arg]
    kind, plain = "boolean", models.BooleanField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", False)
        super().__init__(*args, **options)


class DateField(DictionaryField, models.DateField):  # type: ignore[type-arg]
    kind, plain = "date", models.DateField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("null", True)
        super().__init__(*args, **options)


class InstantField(DictionaryField, models.DateTimeField):  # type: ignore[type-arg]
    """A moment in UTC; ``bucketed`` keeps the organization's day and month of it in integer siblings."""

    kind, plain = "instant", models.DateTimeField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("null", True)
        super().__init__(*args, **options)

    def contribute_to_class(self, cls: type[models.Model], name: str, *rest: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *rest, **options)
        if self.dictionary.get("bucketed"):
            for unit in ("day", "month"):
                self.add_sibling(
                    cls, f"{name}_{unit}", models.IntegerField(null=True, blank=True, editable=False)
                )


class ChoiceField(DictionaryField, models.CharField):  # type: ignore[type-arg]
    """One option's key: of fixed ``choices``, or of the editable list named by ``choice_list``."""

    kind, plain = "choice", models.CharField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 80)
        options.setdefault("null", "default" not in options)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("choices", None)
        return name, path, args, options


class MultiChoiceField(DictionaryField, models.TextField):  # type: ignore[type-arg]
    """Several options, stored as ``|a|b|`` so that both databases find one with a plain LIKE."""

    kind, plain = "multi_choice", models.TextField

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def from_db_value(self, value: str | None, *_ignored: Any) -> tuple[str, ...]:
        return tuple(key for key in (value or "").split("|") if key)

    def to_python(self, value: Any) -> tuple[str, ...]:
        return self.from_db_value(value) if isinstance(value, str) or value is None else tuple(value)

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return f"|{'|'.join(value)}|" if value else ""


class RelationField(DictionaryField, models.ForeignKey):  # type: ignore[type-arg]
    """A link to one record of a registered object."""

    kind, plain = "relation", models.ForeignKey

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options.setdefault("null", True)
        super().__init__(to, on_delete, **options)


class UserField(DictionaryField, models.ForeignKey):  # type: ignore[type-arg]
    """A link to a person who signs in."""

    kind, plain = "user", models.ForeignKey

    def __init__(self, to: Any = "users.User", on_delete: Any = models.PROTECT, **options: Any) -> None:
        options.setdefault("null", True)
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)


class UsersField(DictionaryField, models.TextField):  # type: ignore[type-arg]
    """Several people who sign in, stored as ``|7|12|`` so that both databases find one with a plain LIKE."""

    kind, plain, links_to = "relations", models.TextField, "user"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def from_db_value(self, value: str | None, *_ignored: Any) -> tuple[int, ...]:
        return tuple(int(number) for number in value.split("|") if number) if value else ()

    def to_python(self, value: Any) -> tuple[int, ...]:
        return self.from_db_value(value) if isinstance(value, str) or value is None else tuple(value)

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return f"|{'|'.join(map(str, value))}|" if value else ""
