"""Any filter means the same as SQL, in memory, by brute force, and after a walk through JSON."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.memo import unit_of_work
from headwater.metadata import operators, registry
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field
from headwater.metadata.tests import world
from headwater.metadata.tests.oracle import Oracle
from headwater.records.context import filter_context
from headwater.records.find import find_records
from headwater.testing.factories import actor_of
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db

ROOTS = ("lead", "contact", "customer", "opportunity")
Tree = dict[str, Any]

PARTS = [*world.TEXTS, "ķ", "ēn", "ος", "δ", "า", "ុ", "%", "_", "\\", "ss", "e", "i̇", "example", "123"]
OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(PARTS),
    "long_text": st.sampled_from(PARTS),
    "email": st.sampled_from([*world.MAILS, "A@EXAMPLE.com", "lv"]),
    "phone": st.sampled_from([*world.PHONES, "123"]),
    "address": st.sampled_from([*PARTS, "andorra", "Andora", "AD"]),
    "url": st.sampled_from([*world.SITES, "_b?"]),
    "integer": st.sampled_from([*world.NUMBERS, 2026, -1]),
    "decimal": st.sampled_from([*world.NUMBERS, 0.1, 12.5]),
    "money": st.sampled_from([*world.NUMBERS, 0.1, 0.3, 12.5, 999999.99]),
    "percent": st.sampled_from([*world.NUMBERS, 0.1, 0.3, 12.5, 999999.99]),
    "duration": st.sampled_from([*world.DURATIONS, 61]),
}
RANGES = st.one_of(
    st.builds(
        lambda rel, unit: {"rel": rel, "unit": unit},
        st.sampled_from(["this", "last", "next"]),
        st.sampled_from(["day", "week", "month", "year"]),
    ),
    st.tuples(st.sampled_from(world.DAYS), st.sampled_from([0, 1, 30, 500])).map(
        lambda pair: {"from": pair[0].isoformat(), "to": (pair[0] + timedelta(days=pair[1])).isoformat()}
    ),
)
AGES = st.builds(
    lambda n, unit: {"n": n, "unit": unit},
    st.sampled_from([0, 1, 7, 13]),
    st.sampled_from(["hour", "day", "week", "month", "year"]),
)


def moments(kind: str) -> st.SearchStrategy[Any]:
    days = st.sampled_from([day.isoformat() for day in world.DAYS])
    instants = st.sampled_from([moment.isoformat() for moment in world.MOMENTS])
    named = st.sampled_from([{"rel": "today"}, {"rel": "now"}])
    return st.one_of(days, named, instants) if kind == "instant" else st.one_of(days, named)


def operands(field: Field, shape: str, numbers: Callable[[str], list[int]]) -> st.SearchStrategy[Any] | None:
    """Return operands for a field and an operator's shape; None where there are none to choose from."""
    kind = field.kind.name
    one = OPERANDS.get(kind)
    if kind in ("choice", "multi_choice"):
        one = st.sampled_from([choice.key for choice in field.choices()][:5])
    if field.target is not None:
        one = st.sampled_from(numbers(field.target))
    shapes: dict[str, Callable[[], st.SearchStrategy[Any] | None]] = {
        "none": lambda: st.none(),
        "one": lambda: one,
        "many": lambda: st.lists(one, min_size=1, max_size=3, unique=True) if one is not None else None,
        "pair": lambda: st.tuples(one, one).map(list) if one is not None else None,
        "range": lambda: RANGES,
        "moment": lambda: moments(kind),
        "age": lambda: AGES,
    }
    return shapes[shape]()


def comparisons(owner: dict[str, Field], field: Field) -> st.SearchStrategy[Any] | None:
    twins = [key for key, other in owner.items() if other.kind.name == field.kind.name and key != field.key]
    if not twins:
        return None
    ops = st.sampled_from(["eq", "lt", "le", "gt", "ge"])
    # Only equality: the two databases order letters differently, which no filter promises.
    ops = ops if field.kind.name not in (*OPERANDS, "choice") or "int" in field.kind.name else st.just("eq")
    return st.builds(lambda op, key: {"op": op, "field": key}, ops, st.sampled_from(twins))


@st.composite
def leaves(draw: st.DrawFn, root: str, numbers: Callable[[str], list[int]], hops: int) -> Tree:
    words: list[str] = []
    entry = registry.get(root)
    for _hop in range(draw(st.integers(0, hops))):
        links = [key for key, field in entry.fields.items() if field.is_traversable]
        if not links:
            break
        words.append(draw(st.sampled_from(links)))
        entry = registry.get(entry.fields[words[-1]].target or "")
    field = entry.fields[draw(st.sampled_from(list(entry.fields)))]
    word = draw(st.sampled_from(field.operators))
    found = operators.get(field, word)
    assert found is not None
    wanted = (
        comparisons(entry.fields, field) if found.shape == "field" else operands(field, found.shape, numbers)
    )
    path = ".".join([*words, field.key])
    if wanted is None:
        return {"field": path, "op": "not_empty" if "not_empty" in field.operators else word}
    leaf = {"field": path, "op": word}
    return leaf if found.shape == "none" else leaf | {"value": draw(wanted)}


def trees(root: str, numbers: Callable[[str], list[int]], *, hops: int = 2, related: bool = True) -> Any:
    def grow(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        group = st.builds(
            lambda word, children: {word: children},
            st.sampled_from(["all", "any", "none"]),
            st.lists(inner, max_size=3),
        )
        return st.one_of(group, inner.map(lambda child: {"not": child}))

    base: st.SearchStrategy[Tree] = leaves(root, numbers, hops)
    if related and registry.get(root).collections:
        base = st.one_of(base, base, questions(root, numbers))
    return st.recursive(base, grow, max_leaves=5)


@st.composite
def questions(draw: st.DrawFn, root: str, numbers: Callable[[str], list[int]]) -> Tree:
    collection = draw(st.sampled_from(list(registry.get(root).collections.values())))
    body: Tree = {"path": collection.key}
    if draw(st.booleans()):
        body["where"] = draw(trees(collection.target, numbers, hops=1, related=False))
    if draw(st.booleans()):
        body["count"] = {
            "op": draw(st.sampled_from(["=", ">=", "<=", ">", "<"])),
            "value": draw(st.integers(0, 3)),
        }
    return {draw(st.sampled_from(["exists", "not_exists"])): body}


class World:
    """The records, and the two readers every filter is asked by."""

    def __init__(self, people: list[User], readers: list[tuple[User, set[int] | None]]) -> None:
        self.records = world.make_world(people)
        self.readers = [
            (actor_of(user), Oracle(self.records, owners, user, world.NOW)) for user, owners in readers
        ]

    def numbers(self, target: str) -> list[int]:
        if target in self.records:
            return list(self.records[target])[:6]
        return list(registry.get(target).model._default_manager.values_list("pk", flat=True))


@pytest.fixture
def populated(administrator, manager, seller_north, seller_south, make_user, north):
    leaver = make_user("leaver", team=north)
    User.objects.filter(pk=leaver.pk).update(is_active=True)
    administrator.team = north.parent
    administrator.save()
    people = [administrator, manager, seller_north, seller_south, leaver]
    with time_machine.travel(world.NOW, tick=False), unit_of_work():
        made = World(
            people, [(administrator, None), (seller_north, {manager.pk, seller_north.pk, leaver.pk})]
        )
        User.objects.filter(pk=leaver.pk).update(is_active=False)
        yield made


def found_by(actor: Actor, root: str, tree: Tree) -> set[int]:
    return set(find_records(actor, root, tree).values_list("pk", flat=True))


@pytest.mark.parametrize("root", ROOTS)
@given(data=st.data())
def test_sql_finds_what_brute_force_finds_and_the_opposite_finds_the_rest(populated, root, data):
    tree = data.draw(trees(root, populated.numbers))
    for actor, oracle in populated.readers:
        found = found_by(actor, root, tree)
        assert found == oracle.select(root, tree)
        assert found_by(actor, root, {"not": tree}) == found_by(actor, root, {"all": []}) - found


@pytest.mark.parametrize("root", ROOTS)
@given(data=st.data())
def test_memory_agrees_with_sql_on_a_record_s_own_fields(populated, root, data):
    tree = data.draw(trees(root, populated.numbers, hops=0, related=False))
    for actor, _oracle in populated.readers:
        context = filter_context(actor)
        parsed = parse_filter(root, tree)
        visible = find_records(actor, root)
        assert {r.pk for r in visible if parsed.matches(r, context)} == found_by(actor, root, tree)


@given(data=st.data())
def test_what_is_demanded_of_a_date_is_true_of_all_that_is_found(populated, data):
    word = data.draw(st.sampled_from(sorted(operators.INSTANT_OPERATORS)))
    operand = operands(
        registry.get("lead").fields["created_at"], operators.INSTANT_OPERATORS[word].shape, populated.numbers
    )
    leaf = {"field": "created_at", "op": word, "value": data.draw(operand)}
    other = data.draw(trees("lead", populated.numbers))
    tree = data.draw(
        st.sampled_from([{"all": [leaf, other]}, {"any": [leaf, other]}, {"none": [leaf]}, other])
    )
    for actor, _oracle in populated.readers:
        parsed, context = parse_filter("lead", tree), filter_context(actor)
        found = found_by(actor, "lead", tree)
        demanded = parsed.demanded_of("created_at", context)
        assert set(find_records(actor, "lead", tree).filter(demanded).values_list("pk", flat=True)) == found
        if leaf in tree.get("all", []):
            assert demanded


@pytest.mark.parametrize("root", ROOTS)
@given(data=st.data())
def test_a_filter_walks_through_json_and_has_a_sentence(populated, root, data):
    tree = data.draw(trees(root, populated.numbers))
    actor, _oracle = populated.readers[1]
    parsed = parse_filter(root, tree)
    again = parse_filter(root, parsed.to_json())
    assert again.to_json() == parsed.to_json()
    assert found_by(actor, root, parsed.to_json()) == found_by(actor, root, tree)
    context = filter_context(actor)
    sentence = parsed.sentence(context)
    assert sentence == again.sentence(context)
    for leaf in _leaves_of(tree):
        assert str(registry.get(root).fields[leaf["field"].split(".")[0]].label) in sentence


def _leaves_of(tree: Tree) -> list[Tree]:
    """Return the leaves on the object itself, those about related records left out."""
    if "field" in tree:
        return [tree]
    ((word, body),) = tree.items()
    if word == "not":
        return _leaves_of(body)
    return [] if "exists" in word else [leaf for child in body for leaf in _leaves_of(child)]
