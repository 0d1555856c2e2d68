"""What the dictionary knows of an object and of its fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.functional import Promise

from headwater.metadata import choices
from headwater.metadata.choices import Choice
from headwater.metadata.custom import stored
from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.formulas import Formula
from headwater.metadata.kinds import KINDS, Kind
from headwater.metadata.progress import Progress
from headwater.metadata.sections import Section

Label = str | Promise


@dataclass(frozen=True)
class Field:
    """One field of an object. ``attname`` is the model's attribute and the ORM's lookup."""

    key: str
    label: Label
    kind: Kind
    attname: str
    required: bool = False
    editable: bool = True
    reportable: bool = True
    personal: bool = False
    nullable: bool = False
    max_length: int | None = None
    max_value: int | None = None
    max_digits: int = 15
    decimal_places: int = 2
    bucketed: bool = False
    folded: bool = False
    currency_key: str | None = None
    rate_key: str | None = None  # of money: the date whose rate of exchange always counts
    choice_list: str | None = None
    fixed_choices: tuple[tuple[str, Label], ...] = ()
    colors: tuple[tuple[str, str], ...] = ()  # of fixed choices, by key
    choice_source: Callable[[], list[Choice]] | None = None
    target: str | None = None
    default: Any = None
    help: Label = ""
    locked: bool = False  # editable, but not by the present reader (``metadata.reading``)
    custom: bool = False  # made by an administrator: its value lies in the column ``custom``
    formula: Formula | None = None  # of a computed field: how its value follows from others
    required_from: str = ""  # a point of the object's progress (``metadata.progress``)
    required_when: Any = None  # a filter tree on the record's own fields
    visible_when: Any = None  # the same
    part_of: str = (
        ""  # the field of whose value this one is a part; it stands for itself everywhere but in forms
    )
    part: str = ""  # which part
    slot: str = ""  # of an indexed custom field: where its value lies too (``custom.slots``)
    reads_slot: bool = False  # the slot is full, so that queries read it
    unique: int = 0  # the number by which its values are kept from clashing; 0 where they may

    @cached_property
    def id_attname(self) -> str:
        """The attribute that holds the raw value: ``owner_id`` for a link, ``name`` otherwise."""
        return f"{self.attname}_id" if self.is_traversable else self.attname

    @cached_property
    def column(self) -> str:
        """The model's column that holds the value."""
        return CUSTOM if self.custom else self.id_attname

    @property
    def is_importable(self) -> bool:
        """Whether a cell of a table can fill it."""
        return self.editable and self.kind.in_files and not self.kind.of_one_record

    @property
    def is_traversable(self) -> bool:
        """Whether paths go through this link to the fields of what it points to."""
        return self.target is not None and not self.custom and not self.kind.many

    @property
    def operators(self) -> tuple[str, ...]:
        """What conditions can ask of the field, in the order people are offered it."""
        return self.kind.operators_on(self)

    @cached_property
    def has_siblings(self) -> bool:
        """Whether other columns are computed from this one."""
        return self.bucketed or self.folded or self.kind.name == "phone"

    @cached_property
    def always_filled(self) -> bool:
        """Whether the column never holds "nothing": a new record without a value takes the default."""
        return not (self.nullable or self.custom) and (
            self.kind.name == "instant" or not self.is_empty(self.default)
        )

    def choices(self) -> list[Choice]:
        """Return the options in order, inactive ones included."""
        if self.choice_list:
            return choices.options_of(self.choice_list)
        if self.choice_source:
            return self.choice_source()
        colors = dict(self.colors)
        return [Choice(key, label, colors.get(key, "")) for key, label in self.fixed_choices]

    def choice_label(self, key: str) -> str:
        """Return an option's label, or its key when the option is gone."""
        return next((str(choice.label) for choice in self.choices() if choice.key == key), key)

    def value_of(self, record: models.Model) -> Any:
        """Return the stored value on a record: a number for a link."""
        if self.part_of:
            return stored.read_part(self, record)
        return stored.read(self, record) if self.custom else getattr(record, self.id_attname)

    def put(self, record: Any, value: Any) -> None:
        """Set the stored value on a record."""
        if self.part_of:
            stored.write_part(self, record, value)
        elif self.custom:
            stored.write(self, record, value)
        else:
            setattr(record, self.id_attname, value)

    def sibling_of(self, record: Any, ending: str) -> Any:
        """Return a value computed from this one, such as its ``sort`` key; None where there is none."""
        if self.custom:
            return stored.read_sibling(self, record, ending)
        return getattr(record, f"{self.attname}_{ending}")

    def put_sibling(self, record: Any, attname: str, value: Any) -> None:
        """Set a value computed from this one, under the name that the kind gave it."""
        if self.custom:
            stored.write_sibling(self, record, attname, value)
        else:
            setattr(record, attname, value)

    def numbers_in(self, value: Any) -> tuple[int, ...]:
        """Return the numbers of the records that a value of this link names."""
        return value if self.kind.many else () if value is None else (value,)

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == ()


@dataclass(frozen=True)
class Collection:
    """A to-many relation: the records of ``target`` whose field ``via`` points here."""

    key: str
    label: Label
    target: str
    via: str  # ORM lookup on the target's model that reaches this object's number


@dataclass
class ObjectType:
    """One object of the dictionary, derived from its model class."""

    name: str
    slug: str
    label: Label
    label_plural: Label
    model: type[models.Model]
    icon: str = "file"
    about: Label = ""  # what one is, in a sentence, for whoever is to make the first
    title_key: str = "name"
    is_record: bool = True
    fields: dict[str, Field] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    off_form: tuple[str, ...] = ()  # fields that the layout shows in no section
    needed_on_form: tuple[str, ...] = ()  # declared fields that no layout can hide
    list_columns: tuple[str, ...] = ()
    search_keys: tuple[str, ...] = ()
    match_keys: tuple[tuple[str, ...], ...] = (("external_id",), ("email",))
    in_menu: bool = True
    progress: Progress | None = None

    @property
    def unscoped(self) -> models.QuerySet[Any]:
        """Every row of an object whose rows are records, deleted and hidden ones too, past the doors.

        Only the files that ``config.tests.test_words`` names may say this; others ask ``records.find``.
        """
        model: Any = self.model  # what is a record has this manager, which Django's own class does not know
        rows: models.QuerySet[Any] = model.unscoped.all()
        return rows

    @cached_property
    def title_field(self) -> Field:
        return self.fields[self.title_key]

    @cached_property
    def never_empty(self) -> list[Field]:
        """The declared fields that a record cannot do without; custom ones have ``records.demands``."""
        declared = (found for found in self.fields.values() if not found.custom)
        return [found for found in declared if found.required or found.always_filled]

    @cached_property
    def recorded(self) -> tuple[Field, ...]:
        """The fields that history keeps: all but the instant of the last change and parts of others."""
        kept = (found for found in self.fields.values() if not found.part_of)
        return tuple(found for found in kept if found.key != "updated_at")

    @cached_property
    def recorded_columns(self) -> tuple[tuple[str, Field], ...]:
        """The same, each with the attribute of a record that holds its value; "" for custom fields."""
        return tuple(("" if found.custom else found.id_attname, found) for found in self.recorded)

    @cached_property
    def derived_beside(self) -> tuple[Field, ...]:
        """The fields with columns beside them that are computed once the record is derived."""
        return tuple(found for found in self.fields.values() if found.bucketed or found.folded)

    @cached_property
    def always_filled(self) -> tuple[Field, ...]:
        """The fields whose columns never hold "nothing"."""
        return tuple(found for found in self.fields.values() if found.always_filled)

    @cached_property
    def custom_defaults(self) -> dict[str, Any]:
        """What a new record has in custom fields that nobody gave."""
        return {f.key: f.default for f in self.fields.values() if f.custom and not f.is_empty(f.default)}

    @cached_property
    def computed(self) -> tuple[Field, ...]:
        """The computed fields, each after those that it reads."""
        ordered: dict[str, Field] = {}

        def put(found: Field, above: frozenset[str]) -> None:
            if found.formula is None or found.key in ordered or found.key in above:
                return
            for key in sorted(found.formula.keys & self.fields.keys()):
                put(self.fields[key], above | {found.key})
            ordered[found.key] = found

        for found in self.fields.values():
            put(found, frozenset())
        return tuple(ordered.values())

    def with_parts(self, keys: Iterable[str]) -> frozenset[str]:
        """Return fields and those that are parts of them."""
        found = frozenset(keys)
        return found | {field.key for field in self.fields.values() if field.part_of in found}

    def with_computed(self, keys: Iterable[str]) -> frozenset[str]:
        """Return fields and all that are computed from them: who may not see one may not see the others."""
        found = set(self.with_parts(keys))
        for each in self.computed:
            if each.formula is not None and not found.isdisjoint(each.formula.keys):
                found.add(each.key)
        return frozenset(found)

    @cached_property
    def slotted(self) -> list[Field]:
        """The fields whose values are written to a slot too."""
        return [found for found in self.fields.values() if found.slot]

    @cached_property
    def file_fields(self) -> list[Field]:
        """The fields that hold a stored file."""
        return [found for found in self.fields.values() if found.kind.name == "file"]

    @cached_property
    def unique_fields(self) -> list[Field]:
        """The fields of which no two records may have the same value."""
        return [found for found in self.fields.values() if found.unique]

    def editable_fields(self) -> list[Field]:
        """Return the fields people may write, in the order of the sections."""
        return [found for found in self.fields.values() if found.editable]


def field_from_model(model_field: Any) -> Field:
    """Build the dictionary's entry from a model field of ``modelfields``."""
    options = dict(model_field.dictionary)
    target = model_field.links_to
    if target is None and model_field.remote_field is not None:
        target = model_field.related_model._meta.model_name
    return Field(
        key=model_field.name,
        label=model_field.verbose_name,
        kind=KINDS[model_field.kind],
        attname=model_field.name,
        required=options.get("required", False),
        editable=model_field.editable,
        reportable=options.get("reportable", True),
        personal=options.get("personal", False),
        nullable=model_field.null,
        max_length=model_field.max_length,
        max_value=2_147_483_647 if model_field.kind == "integer" else None,
        max_digits=getattr(model_field, "max_digits", 15),
        decimal_places=getattr(model_field, "decimal_places", 2),
        bucketed=options.get("bucketed", False),
        folded=options.get("folded", False),
        currency_key=options.get("currency_key"),
        rate_key=options.get("rate_key"),
        choice_list=options.get("choice_list"),
        fixed_choices=tuple(model_field.choices or ()),
        target=target,
        default=None if model_field.default is models.NOT_PROVIDED else model_field.default,
        help=model_field.help_text,
    )
