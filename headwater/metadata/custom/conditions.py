"""When a custom field is shown and when it is mandatory: filters that a record answers by itself.

A rule is asked for nobody: it depends on the record and the calendar, never on who looks. A field
that is not shown counts as empty in the rules of others, so that what hangs on it hides with it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.metadata import reading
from headwater.metadata.context import FilterContext, calendar_rules
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.filters import Exists, Filter, Group, Leaf, Node, parse_filter
from headwater.users.actor import SYSTEM


def rule_context() -> FilterContext:
    """Return the context in which rules are understood: nobody's."""
    return FilterContext(SYSTEM, clock.now(), calendar_rules(), lambda _object, _prefix: Q())


def parse_rule(object_name: str, tree: Any) -> Filter:
    """Read a rule as the product itself does, whoever is reading. Raises FilterError."""
    with reading.reading(None):
        return parse_filter(object_name, tree)


def check_rule(object_name: str, tree: Any, *, key: str, shown_by: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule of the field ``key`` in its normal form.

    ``shown_by`` are the rules by which other fields are shown: a field whose showing would hang on
    itself is refused. Raises FilterError.
    """
    parsed = parse_rule(object_name, tree)
    problems = [
        Problem(at, "not_own", _("Ask for the record's own fields: other records are not looked at here."))
        for at, node in _leaves(parsed.root, "")
        if isinstance(node, Exists) or (isinstance(node, Leaf) and node.path.hops)
    ]
    if parsed.is_empty:
        problems.append(Problem("", "empty", _("Choose at least one field.")))
    if key in _behind(object_name, parsed, shown_by):
        problems.append(Problem("", "circle", _("The field would hang on itself. Choose other fields.")))
    if problems:
        raise FilterError(problems)
    parsed.to_q(rule_context())  # "me" means nothing in a rule
    return parsed.to_json()


def keys_of(parsed: Filter) -> frozenset[str]:
    """Return the fields that a rule asks for."""
    return frozenset(key for _at, node in _leaves(parsed.root, "") for key in _named(node))


def _named(node: Node) -> Iterator[str]:
    if isinstance(node, Leaf):
        yield node.path.field.key
        if node.operator.key == "field_cmp":
            yield node.operand["field"]


def _leaves(node: Node, at: str) -> Iterator[tuple[str, Node]]:
    if not isinstance(node, Group):
        yield at, node
        return
    for number, child in enumerate(node.children):
        yield from _leaves(child, f"{at}.{node.mode}.{number}".lstrip("."))


def _behind(object_name: str, parsed: Filter, shown_by: Mapping[str, Any]) -> set[str]:
    """Return every field that a rule hangs on, over any number of steps."""
    found: set[str] = set()
    waiting = set(keys_of(parsed))
    while waiting:
        key = waiting.pop()
        found.add(key)
        try:
            further = keys_of(parse_rule(object_name, shown_by.get(key)))
        except FilterError:
            continue
        waiting |= further - found
    return found
