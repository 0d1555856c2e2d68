"""From JSON to a filter; every word is looked up, none is passed on."""

from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata import operators, registry
from headwater.metadata.errors import BadValue, FilterError, Problem, UnknownField
from headwater.metadata.filters.nodes import _COUNT_LOOKUPS, Exists, Group, Leaf, Node
from headwater.metadata.filters.tree import Filter
from headwater.metadata.objects import Field
from headwater.metadata.paths import Path, missing_message, resolve

MAX_DEPTH = 8
MAX_LEAVES = 100
_GROUPS = ("all", "any", "none")


def parse_filter(object_name: str, data: Any) -> Filter:
    """Read a filter tree. Raises FilterError with every wrong word named; None or {} filters nothing."""
    parser = _Parser()
    node = parser.attempt(object_name, {"all": []} if data in (None, {}) else data, at="", depth=0)
    if parser.problems or node is None:
        raise FilterError(parser.problems)
    if not (isinstance(node, Group) and node.mode == "all"):
        node = Group("all", (node,))
    return Filter(object_name, node)


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _refusal(at: str, code: str, message: str) -> _Refused:
    return _Refused(Problem(at, code, message))


def _unknown(at: str, word: Any) -> _Refused:
    message = _("“%(word)s” is not a word of the filter language.") % {"word": str(word)[:100]}
    return _refusal(at, "unknown_word", message)


class _Parser:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.leaves = 0

    def attempt(self, object_name: str, data: Any, *, at: str, depth: int) -> Node | None:
        """Read a node; note what is wrong with it and go on, so that every wrong word is named at once."""
        try:
            return self.node(object_name, data, at=at, depth=depth)
        except _Refused as refused:
            self.problems.append(refused.problem)
            return None

    def node(self, object_name: str, data: Any, *, at: str, depth: int) -> Node:
        if not isinstance(data, dict):
            raise _refusal(at, "not_object", _("A filter condition must be a JSON object."))
        if depth > MAX_DEPTH:
            raise _refusal(at, "too_deep", _("The filter is nested too deeply."))
        if "field" in data:
            return self.leaf(object_name, data, at)
        if len(data) != 1:
            words = ", ".join(sorted(map(str, data))) or "{}"
            raise _refusal(
                at, "unknown_word", _("Not a filter condition: %(words)s.") % {"words": words[:200]}
            )
        word, body = next(iter(data.items()))
        inner = f"{at}.{word}" if at else str(word)
        if word in _GROUPS:
            return self.group(object_name, word, body, inner, depth)
        if word == "not":
            return Group("none", (self.node(object_name, body, at=inner, depth=depth + 1),))
        if word in ("exists", "not_exists"):
            return self.exists(object_name, body, inner, depth, negated=word == "not_exists")
        raise _unknown(at, word)

    def only(self, body: dict[str, Any], known: set[str], at: str) -> None:
        self.problems += [_unknown(at, word).problem for word in body.keys() - known]

    def group(self, object_name: str, mode: str, body: Any, at: str, depth: int) -> Node:
        if not isinstance(body, list):
            raise _refusal(at, "not_list", _("“%(word)s” needs a list of conditions.") % {"word": mode})
        children = [
            self.attempt(object_name, child, at=f"{at}.{i}", depth=depth + 1) for i, child in enumerate(body)
        ]
        return Group(mode, tuple(child for child in children if child is not None))

    def path(self, object_name: str, key: Any, at: str) -> Path:
        try:
            return resolve(object_name, key, asking=True)
        except UnknownField as problem:
            message = missing_message(problem.object_name, problem.word)
            raise _refusal(f"{at}.field".lstrip("."), "unknown_field", message) from None

    def leaf(self, object_name: str, data: dict[str, Any], at: str) -> Node:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise _refusal(
                at, "too_many", _("The filter has more than %(limit)d conditions.") % {"limit": MAX_LEAVES}
            )
        self.only(data, {"field", "op", "value"}, at)
        path = self.path(object_name, data["field"], at)
        word = str(data.get("op"))
        found = operators.get(path.field, word)
        if found is None or word not in path.field.operators:
            known = ", ".join(path.field.operators)
            message = _("“%(word)s” is not an operator of %(field)s; use one of: %(known)s.")
            words = {"word": word[:100], "field": path.label, "known": known}
            raise _refusal(f"{at}.op".lstrip("."), "unknown_operator", message % words)
        try:
            operand = found.read(data.get("value"), path.field)
            if word == "field_cmp":
                self.check_comparable(path, operand)
        except BadValue as problem:
            raise _refusal(
                f"{at}.value".lstrip("."), problem.code, f"{path.label}: {problem.message}"
            ) from None
        raw = data.get("value") if found.shape != "none" else None
        return Leaf(path, found, operand, raw)

    def check_comparable(self, path: Path, operand: dict[str, str]) -> None:
        owner = path.hops[-1].target if path.hops else path.root
        other = registry.get(owner or "").fields.get(operand["field"])
        if other is None or other.kind.name != path.field.kind.name:
            raise BadValue(
                "not_comparable", _("Compare with another field of the same kind on the same record.")
            )

    def exists(self, object_name: str, body: Any, at: str, depth: int, *, negated: bool) -> Node:
        if not isinstance(body, dict) or not isinstance(body.get("path"), str):
            raise _refusal(at, "no_path", _("Name the related records with “path”."))
        self.only(body, {"path", "where", "count"}, at)
        words = body["path"].split(".")
        if len(words) > 1 and words[0] == object_name:
            words = words[1:]
        hops: list[Field] = []
        entry = registry.get(object_name)
        for word in words[:-1]:
            hop = entry.fields.get(word)
            if hop is None or hop.target is None or not hop.is_traversable:
                break
            hops.append(hop)
            entry = registry.get(hop.target)
        collection = entry.collections.get(words[-1]) if len(hops) == len(words) - 1 else None
        if collection is None:
            message = _("“%(object)s” has no related records “%(word)s”.")
            raise _refusal(
                f"{at}.path", "unknown_path", message % {"object": entry.name, "word": body["path"][:100]}
            )
        where = self.node(
            collection.target, body.get("where") or {"all": []}, at=f"{at}.where", depth=depth + 1
        )
        count = self.count(body.get("count"), f"{at}.count")
        return Exists(object_name, tuple(hops), collection, where, negated, count)

    def count(self, body: Any, at: str) -> tuple[str, int] | None:
        if body is None:
            return None
        comparison, number = (body.get("op"), body.get("value")) if isinstance(body, dict) else (None, None)
        if (
            comparison not in _COUNT_LOOKUPS
            or isinstance(number, bool)
            or not isinstance(number, int)
            or not 0 <= number < 10**6
        ):
            raise _refusal(at, "bad_count", _('Give a count such as {"op": ">=", "value": 1}.'))
        return str(comparison), number
