"""A filter while it is being built: what a form says, complete or not.

Nodes have a path: ``r`` is the root group, ``r-0`` its first child. A node's form fields are named
``<part>:<path>``; ``kind:<path>`` says that the node is there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from headwater.lib.numbers import whole_number
from headwater.metadata import operators, registry
from headwater.metadata.errors import Problem, UnknownField
from headwater.metadata.objects import ObjectType
from headwater.metadata.paths import resolve
from headwater.web.controls import as_typed
from headwater.web.filters.values import Parts, parts_of, value_of

ROOT = "r"
MODES = ("all", "any", "none")
PARTS = ("value", "value2", "n", "unit", "preset", "from", "to")
MAX_NODES = 120


@dataclass
class Draft:
    """One node. ``kind`` is leaf, group or related; ``entry`` is the object its fields belong to."""

    kind: str
    entry: ObjectType
    mode: str = "all"
    children: list["Draft"] = field(default_factory=list)
    key: str = ""
    op: str = ""
    parts: Parts = field(default_factory=dict)
    raw: Any = None
    collection: str = ""
    negated: bool = False
    path: str = ROOT
    error: str = ""

    def walk(self) -> Iterator["Draft"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def number(self, path: str = ROOT) -> "Draft":
        """Give every node its path."""
        self.path = path
        for at, child in enumerate(self.children):
            child.number(f"{path}-{at}")
        return self

    @property
    def shape(self) -> str:
        """Return the shape of the operand; none while field or operator are not chosen."""
        try:
            found = resolve(self.entry.name, self.key, asking=True).field
        except UnknownField:
            return "none"
        operator = operators.get(found, self.op)
        return operator.shape if operator else "none"

    @property
    def is_blank(self) -> bool:
        """Whether the node says nothing yet: an empty group would mean all records, or none."""
        if self.kind == "group":
            return all(child.is_blank for child in self.children)
        return self.kind == "leaf" and not self.key

    def to_json(self) -> dict[str, Any]:
        """Return the node of a filter tree; conditions without a field are left out."""
        if self.kind == "leaf":
            value = value_of(self.shape, self.parts)
            if self.shape == "range" and value is None:
                value = self.raw
            leaf: dict[str, Any] = {"field": self.key, "op": self.op}
            return leaf if value is None else leaf | {"value": value}
        if self.is_blank:
            return {"all": []}
        group = {self.mode: [child.to_json() for child in self.children if not child.is_blank]}
        if self.kind == "group":
            return group
        body: dict[str, Any] = {"path": self.collection}
        if group[self.mode]:
            body["where"] = group
        return {"not_exists" if self.negated else "exists": body}


def blank(entry: ObjectType) -> Draft:
    return Draft("leaf", entry)


def target_of(entry: ObjectType, collection: str) -> ObjectType | None:
    """Return the object of a to-many relation."""
    found = entry.collections.get(collection)
    return registry.get(found.target) if found else None


def from_tree(entry: ObjectType, tree: dict[str, Any] | None) -> Draft:
    """Return the draft of a valid, normalized tree."""
    return _node(entry, tree or {"all": [{}]}).number()


def _node(entry: ObjectType, node: dict[str, Any]) -> Draft:
    if not node:
        return blank(entry)
    if "field" in node:
        draft = Draft("leaf", entry, key=node["field"], op=node["op"], raw=node.get("value"))
        draft.parts = parts_of(draft.shape, draft.raw)
        return draft
    word, body = next(iter(node.items()))
    if word in MODES:
        return Draft("group", entry, mode=word, children=[_node(entry, child) for child in body])
    target = target_of(entry, body["path"]) or entry
    where = body.get("where") or {"all": []}
    # A tree that a program wrote may have one condition where the builder has a group.
    mode, children = next(iter((where if where.keys() & set(MODES) else {"all": [where]}).items()))
    inside = [_node(target, child) for child in children]
    return Draft(
        "related", target, mode=mode, children=inside, collection=body["path"], negated=word == "not_exists"
    )


def from_form(entry: ObjectType, data: QueryDict) -> Draft:
    """Read the draft that a form describes."""
    present = sorted((name[5:] for name in data if name.startswith("kind:")), key=_order)[:MAX_NODES]
    return _read(entry, data, ROOT, present).number()


def _order(path: str) -> list[int]:
    return [whole_number(word) or 0 for word in path.split("-")[1:]]


def _read(entry: ObjectType, data: QueryDict, path: str, present: list[str]) -> Draft:
    kind = data.get(f"kind:{path}", "group")
    if kind == "leaf":
        return _read_leaf(entry, data, path)
    mode = data.get(f"mode:{path}", "all")
    draft = Draft("group", entry, mode=mode if mode in MODES else "all")
    if kind == "related":
        draft.kind = "related"
        draft.collection = data.get(f"collection:{path}", "")
        draft.negated = data.get(f"negated:{path}") == "without"
        draft.entry = target_of(entry, draft.collection) or entry
    below = [p for p in present if p.rpartition("-")[0] == path]
    draft.children = [_read(draft.entry, data, p, present) for p in below]
    return draft


def _read_leaf(entry: ObjectType, data: QueryDict, path: str) -> Draft:
    draft = Draft("leaf", entry, key=data.get(f"field:{path}", ""), op=data.get(f"op:{path}", ""))
    try:
        found = resolve(entry.name, draft.key, asking=True).field
    except UnknownField:
        return blank(entry)
    if data.get(f"field_was:{path}", draft.key) != draft.key or draft.op not in found.operators:
        draft.op = found.operators[0]  # another field: its operand begins anew
        return draft
    if data.get(f"op_was:{path}", draft.op) == draft.op or _same_shape(draft, data.get(f"op_was:{path}", "")):
        draft.parts = {name: data.getlist(f"{name}:{path}") for name in PARTS if f"{name}:{path}" in data}
        if draft.shape in ("one", "pair"):
            for name in ("value", "value2"):
                draft.parts[name] = [as_typed(found.kind.name, text) for text in draft.parts.get(name, ())]
    return draft


def _same_shape(draft: Draft, other_op: str) -> bool:
    return Draft("leaf", draft.entry, key=draft.key, op=other_op).shape == draft.shape


def change(root: Draft, step: str) -> Draft:
    """Apply a button of the form: ``add-leaf:<path>``, ``add-group:…``, ``add-related:…``, ``remove:…``."""
    word, _colon, path = step.partition(":")
    for node in list(root.walk()):
        if word == "remove":
            node.children = [child for child in node.children if child.path != path]
        elif node.path == path and node.kind != "leaf":
            if word == "add-leaf":
                node.children.append(blank(node.entry))
            elif word == "add-group":
                node.children.append(Draft("group", node.entry, mode="any", children=[blank(node.entry)]))
            elif word == "add-related" and node.entry.collections:
                first = next(iter(node.entry.collections))
                node.children.append(
                    Draft("related", target_of(node.entry, first) or node.entry, collection=first)
                )
    return root.number()


def mark(root: Draft, problems: Iterable[Problem]) -> list[str]:
    """Put the problems of a filter beside their conditions; return what those say that belong to none."""
    return [each.message for each in problems if not _mark(root, each.at, each.message)]


def _mark(root: Draft, at: str, message: str) -> bool:
    numbers = [word for word in at.split(".") if word.isdecimal()]
    path = "-".join([ROOT, *numbers])
    for node in root.walk():
        if node.path == path and node.kind == "leaf":
            node.error = message
            return True
    return False
