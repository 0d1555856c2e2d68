"""What the builder draws for a draft."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.describe import describe_operator
from headwater.metadata.errors import FilterError, UnknownField
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.operators.common import COMPARISONS
from headwater.metadata.paths import resolve
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.users.actor import Actor
from headwater.web.controls import SHORT_LIST, input_type
from headwater.web.filters.draft import Draft, blank
from headwater.web.filters.values import AGE_UNITS, RANGE_UNITS, presets, unit_labels

Options = list[tuple[Any, ...]]


def field_options(entry: ObjectType, *, own: bool = False) -> Options:
    """Return the fields of an object, then, unless ``own``, its questions and the fields it links to."""
    found: Options = [(f.key, str(f.label)) for f in entry.fields.values()]
    if not own:
        found += [(f.key, str(f.label)) for f in registry.questions(entry).values()]
    for link in () if own else entry.fields.values():
        if link.target and link.is_traversable:
            for inner in registry.get(link.target).fields.values():
                found.append((f"{link.key}.{inner.key}", f"{link.label} › {inner.label}"))
    return found


class LeafView:
    """One condition: operators of its field and the control of its operand."""

    def __init__(self, actor: Actor, draft: Draft) -> None:
        self.actor, self.draft = actor, draft

    @cached_property
    def field(self) -> Field | None:
        try:
            return resolve(self.draft.entry.name, self.draft.key, asking=True).field
        except UnknownField:
            return None

    @property
    def label(self) -> str:
        return resolve(self.draft.entry.name, self.draft.key, asking=True).label if self.field else ""

    @property
    def operators(self) -> Options:
        if self.field is None:
            return []
        described = [describe_operator(self.field, key) for key in self.field.operators]
        return [(found["key"], found["label"].strip(" :…") or _("is")) for found in described]

    @property
    def shape(self) -> str:
        return self.draft.shape

    @property
    def values(self) -> list[str]:
        return self.draft.parts.get("value", [])

    def part(self, name: str, default: str = "") -> str:
        return next(iter(self.draft.parts.get(name, ())), default)

    @property
    def input_type(self) -> str:
        """Return the type of a control for one value of the field; days keep their own shapes."""
        found = input_type(self.field) if self.field else "text"
        return found if found in ("integer", "decimal", "duration") else "text"

    @property
    def lookup_url(self) -> str:
        return reverse("lookup", args=[self.field.target]) if self.field and self.field.target else ""

    @cached_property
    def options(self) -> Options:
        """The options of the operand: all of a choice list, the chosen ones of a link."""
        if self.field is None:
            return []
        if self.field.target:
            numbers = [number for v in self.values if (number := whole_number(v)) is not None]
            titles = titles_of(self.field.target, numbers, filter_context(self.actor))
            return [(str(n), titles.get(n, f"#{n}")) for n in numbers]
        return [(c.key, str(c.label)) for c in self.field.choices()]

    @property
    def is_typed_list(self) -> bool:
        return self.shape == "many" and self.field is not None and not self.field.target and not self.options

    @property
    def presets(self) -> Options:
        if self.shape == "moment":
            return [("date", _("the day")), ("today", _("today")), ("now", _("now"))]
        kept = [("kept", _("as it is"))] if self.part("preset") == "kept" else []
        return kept + presets()

    @property
    def units(self) -> Options:
        if self.shape == "field":
            return [(key, str(words[2])) for key, words in COMPARISONS.items()]
        return list(unit_labels(AGE_UNITS if self.shape == "age" else RANGE_UNITS))

    @property
    def comparable(self) -> Options:
        """Fields of the same kind, to compare with."""
        if self.field is None or "." in self.draft.key:
            return []
        kind = self.field.kind.name
        return [
            (f.key, str(f.label))
            for f in self.draft.entry.fields.values()
            if f.kind.name == kind and f is not self.field
        ]

    @property
    def is_short(self) -> bool:
        return len(self.options) <= SHORT_LIST


class NodeView:
    """A node with its children, for the template; ``own`` offers the record's own fields only."""

    def __init__(
        self,
        actor: Actor,
        draft: Draft,
        depth: int = 0,
        parent: ObjectType | None = None,
        *,
        own: bool = False,
    ) -> None:
        self.draft, self.depth, self.parent, self.own = draft, depth, parent, own
        self.leaf = LeafView(actor, draft) if draft.kind == "leaf" else None
        self.children = [NodeView(actor, child, depth + 1, draft.entry, own=own) for child in draft.children]

    @property
    def path(self) -> str:
        return self.draft.path

    @property
    def field_options(self) -> Options:
        return field_options(self.draft.entry, own=self.own)

    @property
    def collections(self) -> Options:
        source = (self.parent or self.draft.entry).collections
        return [(c.key, str(c.label)) for c in source.values()]


def root_view(actor: Actor, root: Draft, *, own: bool = False) -> NodeView:
    """Return what the builder draws of a whole filter; one without conditions begins with a blank line."""
    if not root.children:
        root.children.append(blank(root.entry))
        root.number()
    return NodeView(actor, root, own=own)


def sentence_of(actor: Actor, entry: ObjectType, tree: Any) -> str:
    """Return the sentence of what is built so far; empty while it is not complete."""
    try:
        return parse_filter(entry.name, tree).sentence(filter_context(actor))
    except FilterError:
        return ""
