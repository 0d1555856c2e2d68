"""The filter tree: one form for lists, reports, rules and the API."""

from headwater.metadata.errors import NotInMemory
from headwater.metadata.filters.nodes import Exists, Group, Leaf, Node
from headwater.metadata.filters.parsing import parse_filter
from headwater.metadata.filters.tree import Filter

__all__ = ["Exists", "Filter", "Group", "Leaf", "Node", "NotInMemory", "parse_filter"]
