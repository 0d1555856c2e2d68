"""A whole filter on one object."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from headwater.metadata.context import FilterContext
from headwater.metadata.filters.nodes import Group, Leaf, Node
from headwater.metadata.operators.times import INSTANT_OPERATORS

_OF_TIMES = frozenset(INSTANT_OPERATORS)


@dataclass(frozen=True)
class Filter:
    """A parsed filter. The same tree gives the SQL, the sentence, the JSON and the in-memory answer."""

    object_name: str
    root: Node

    @property
    def is_empty(self) -> bool:
        return isinstance(self.root, Group) and self.root.mode == "all" and not self.root.children

    def to_q(self, context: FilterContext) -> Q:
        """Return the condition for a queryset of the object's own model."""
        return self.root.to_q(context)

    def matches(self, record: models.Model, context: FilterContext) -> bool:
        """Judge a record that may not be saved yet. Raises NotInMemory for anything beyond its own fields."""
        return self.root.matches(record, context)

    def sentence(self, context: FilterContext) -> str:
        """Say the filter in the reader's language; empty when nothing is filtered."""
        return self.root.sentence(context)

    def to_json(self) -> dict[str, Any]:
        """Return the normalized tree."""
        return self.root.to_json()

    def demanded_of(self, key: str, context: FilterContext) -> Q:
        """Return what is asked of one of the object's own dates: true of all that the filter finds."""
        found, waiting = Q(), [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Group) and node.mode == "all":
                waiting += node.children
            elif isinstance(node, Leaf) and node.path.key == key and node.operator.key in _OF_TIMES:
                found &= node.to_q(context)
        return found

    def __and__(self, other: "Filter") -> "Filter":
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Filter(self.object_name, Group("all", (self.root, other.root)))
