"""What a filter reads: which fields of its own records, which of others, and which settings.

So a write knows, without asking, whether the answer of a rule can be another one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from headwater.metadata import registry
from headwater.metadata.filters import Exists, Filter, Group, Leaf, Node
from headwater.metadata.kinds.questions import QuestionKind
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.operators.relations import Targets
from headwater.metadata.operators.times import turns_with

Reach = Callable[[Collection[int]], Q]
OF_THE_READER = ("me", "my_team", "my_team_and_below")
"""Operators that mean something else for every reader."""


@dataclass(frozen=True)
class Link:
    """That a filter reads records of ``object``: their fields ``keys``.

    ``reach`` gives the condition for the filter's own records that lead to some of those, by number.
    ``via`` is the field by which those belong to one of them, if they do: then new ones count too, and
    ``left`` leads from those that they belonged to before.
    """

    object: str
    keys: frozenset[str]
    reach: Reach
    via: str = ""
    left: Reach | None = None


@dataclass
class Reads:
    """What a filter reads. ``tables`` are settings with the field that is read, such as (user, team).

    ``in_memory`` says that a record can be judged without the database, ``by_day`` that it can be judged
    otherwise tomorrow as it is, ``by_zone`` that the calendar of the organization counts.
    """

    own: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    tables: set[tuple[str, str]] = field(default_factory=set)
    in_memory: bool = True
    by_day: bool = False
    by_zone: bool = False


def reads_of(parsed: Filter) -> Reads:
    """Return what a filter reads."""
    found = Reads()
    _read(parsed.root, parsed.object_name, found)
    return found


def leaves_of(node: Node, at: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield every comparison of a filter with its place in the JSON."""
    if isinstance(node, Group):
        for number, child in enumerate(node.children):
            yield from leaves_of(child, f"{at}.{node.mode}.{number}".lstrip("."))
    elif isinstance(node, Exists):
        word = "not_exists" if node.negated else "exists"
        yield from leaves_of(node.where, f"{at}.{word}.where".lstrip("."))
    elif isinstance(node, Leaf):
        yield at, node


def related_of(node: Node) -> Iterator[Exists]:
    """Yield every question about related records, those within others too."""
    if isinstance(node, Group):
        for child in node.children:
            yield from related_of(child)
    elif isinstance(node, Exists):
        yield node
        yield from related_of(node.where)


def asks_the_reader(leaf: Leaf) -> bool:
    """Say whether the answer depends on who asks."""
    return leaf.operator.key in OF_THE_READER or isinstance(leaf.path.field.kind, QuestionKind)


def turns_of(leaf: Leaf) -> str:
    """Return how long the answer for a record stands: until the next "day" or "hour"; "" is always."""
    return turns_with(leaf.operator.key, leaf.operand) if _is_of_time(leaf.path.field) else ""


def _is_of_time(found: Field) -> bool:
    return found.kind.name in ("date", "instant")


def _read(node: Node, object_name: str, found: Reads) -> None:
    if isinstance(node, Group):
        for child in node.children:
            _read(child, object_name, found)
    elif isinstance(node, Exists):
        _read_related(node, found)
    elif isinstance(node, Leaf):
        _read_leaf(node, found)


def _read_leaf(leaf: Leaf, found: Reads) -> None:
    last = {leaf.path.field.key}
    if leaf.operator.key == "field_cmp":
        last.add(leaf.operand["field"])
    _read_way(leaf.path.hops, last, found)
    if leaf.operator.key == "active":
        found.tables.add(("user", "is_active"))
    if isinstance(leaf.operand, Targets):
        _read_targets(leaf, leaf.operand, found)
    if _is_of_time(leaf.path.field):
        found.by_zone = True
        found.by_day |= bool(turns_of(leaf))


def _read_way(hops: tuple[Field, ...], last: set[str], found: Reads) -> str:
    """Note what is read along links, ``last`` at their end; return the ORM prefix of the end."""
    prefix = ""
    steps = [{hop.key} for hop in hops] + [last]
    found.own |= steps[0]
    for hop, keys in zip(hops, steps[1:], strict=True):
        found.in_memory = False
        lookup, prefix = f"{prefix}{hop.attname}", f"{prefix}{hop.attname}__"
        target = hop.target or ""
        if registry.whole(target).is_record:
            found.links.append(Link(target, frozenset(keys), _among(lookup)))
        else:
            found.tables |= {(target, key) for key in keys}
    return prefix


def _read_targets(leaf: Leaf, targets: Targets, found: Reads) -> None:
    """Note that a record that is named counts only while it is there."""
    found.in_memory = False
    if registry.whole(targets.object).is_record:
        named = frozenset(targets.numbers)
        found.links.append(Link(targets.object, frozenset(), _every_one_if(named)))


def _read_related(node: Exists, found: Reads) -> None:
    start = _read_way(node.hops, set(), found)
    found.in_memory = False
    inner = Reads()
    _read(node.where, node.collection.target, inner)
    target = registry.whole(node.collection.target)
    column = node.collection.via
    via = next(each.key for each in target.fields.values() if each.attname == column)
    through = _through(f"{start}pk", target, column)
    keys = frozenset(inner.own | {via})
    direct = Link(target.name, keys, through(_among("pk")), via, _among(f"{start}pk"))
    found.links.append(direct)
    for link in inner.links:
        left = through(link.left) if link.left else None
        found.links.append(Link(link.object, link.keys, through(link.reach), link.via, left))
    found.tables |= inner.tables
    found.by_day |= inner.by_day
    found.by_zone |= inner.by_zone


def _among(lookup: str) -> Reach:
    return lambda numbers: Q(**{f"{lookup}__in": numbers})


def _every_one_if(named: frozenset[int]) -> Reach:
    return lambda numbers: Q() if named.intersection(numbers) else Q(pk__in=[])


def _through(start: str, entry: ObjectType, column: str) -> Callable[[Reach], Reach]:
    """Return how to come from what reaches related records to what reaches those they belong to."""
    return lambda reach: (
        lambda numbers: Q(**{f"{start}__in": entry.unscoped.filter(reach(numbers)).values(column)})
    )


def touched(link: Link, verb: str, changes: Mapping[str, Any]) -> bool:
    """Say whether a write of a linked record can change the answer."""
    if verb in ("deleted", "restored"):
        return True
    if verb == "created":
        return bool(link.via)
    return "updated_at" in link.keys or not link.keys.isdisjoint(changes)
