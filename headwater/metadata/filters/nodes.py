"""The nodes of a filter: groups, leaves and questions about related records."""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact as ExactLookup
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext as _

from headwater.lib.joining import all_of, any_of
from headwater.metadata import registry
from headwater.metadata.context import FilterContext
from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.errors import NotInMemory
from headwater.metadata.objects import Collection, Field
from headwater.metadata.operators import Operator
from headwater.metadata.operators.common import COMPARISONS
from headwater.metadata.paths import Path


class Node:
    """A condition. Its SQL is true or false for every row, never NULL."""

    def to_q(self, context: FilterContext, prefix: str = "") -> Q:
        raise NotImplementedError

    def matches(self, record: models.Model, context: FilterContext) -> bool:
        raise NotImplementedError

    def sentence(self, context: FilterContext) -> str:
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError


# A condition that is always false, in SQL that both databases accept anywhere.
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Group(Node):
    """``all``, ``any`` or ``none`` of the children; without any, the first and last are true."""

    mode: str
    children: tuple[Node, ...]

    def to_q(self, context: FilterContext, prefix: str = "") -> Q:
        conditions = [child.to_q(context, prefix) for child in self.children]
        if self.mode == "all":
            return reduce(and_, conditions, Q())
        # An empty Q is true of every row, but Django drops it from an OR and from a NOT.
        if not all(conditions):
            return Q() if self.mode == "any" else NOTHING
        found = reduce(or_, conditions, NOTHING)
        return found if self.mode == "any" else ~found

    def matches(self, record: models.Model, context: FilterContext) -> bool:
        answers = (child.matches(record, context) for child in self.children)
        if self.mode == "all":
            return all(answers)
        return any(answers) if self.mode == "any" else not any(answers)

    def sentence(self, context: FilterContext) -> str:
        parts = [child.sentence(context) for child in self.children]
        nested = [
            f"({p})" if isinstance(c, Group) and len(c.children) > 1 else p
            for c, p in zip(self.children, parts, strict=True)
        ]
        if self.mode == "none":
            return _("none of: %(conditions)s") % {"conditions": "; ".join(nested)}
        return all_of(nested) if self.mode == "all" else any_of(nested)

    def to_json(self) -> dict[str, Any]:
        return {self.mode: [child.to_json() for child in self.children]}


@dataclass(frozen=True)
class Leaf(Node):
    """One field compared with one operand."""

    path: Path
    operator: Operator
    operand: Any
    raw: Any

    def to_q(self, context: FilterContext, prefix: str = "") -> Q:
        lookup = prefix + self.path.lookup
        condition = self._two_valued(lookup, context)
        for object_name, hop in self.path.prefixes:
            if registry.get(object_name).is_record:
                seen = Q(**{f"{prefix}{hop}pk__isnull": False}) & context.visible(object_name, prefix + hop)
                # A linked record that the reader may not see counts as none at all.
                condition = (condition & seen) | ~seen if self.operator.keeps_empty else condition & seen
        return condition

    def _two_valued(self, lookup: str, context: FilterContext) -> Q:
        empty = empty_q(self.path, lookup)
        if self.operator.key == "empty":
            return empty
        if self.operator.key == "not_empty":
            return ~empty
        if self.operator.key == "field_cmp":
            other = Path(self.path.root, self.path.hops, self._other_field())
            twin = lookup.removesuffix(self.path.field.attname) + other.field.attname
            condition = self.operator.sql(lookup, {**self.operand, "field": twin}, context)
            return condition & ~empty_q(self.path, lookup) & ~empty_q(other, twin)
        condition = self.operator.sql(lookup, self.operand, context)
        if self.operator.keeps_empty:
            return condition | empty
        # No operand is empty text, so only NULL has to be kept from spreading.
        return condition & Q(**{f"{lookup}__isnull": False}) if self.path.nullable else condition

    def matches(self, record: models.Model, context: FilterContext) -> bool:
        if self.path.hops:
            raise NotInMemory(self.path.key)
        field = self.path.field
        value = field.value_of(record)
        if field.is_empty(value):
            return self.operator.keeps_empty
        if self.operator.key == "empty":
            return False
        if self.operator.key == "field_cmp":
            other_field = self._other_field()
            other = other_field.value_of(record)
            compare = COMPARISONS[self.operand["op"]][1]
            return not other_field.is_empty(other) and bool(compare(value, other))
        return self.operator.memory(value, self.operand, context)

    def _other_field(self) -> Field:
        """Return the field that this one is compared with: of the same record, at the end of the path."""
        owner = self.path.hops[-1].target if self.path.hops else self.path.root
        return registry.whole(owner or "").fields[self.operand["field"]]

    def sentence(self, context: FilterContext) -> str:
        field = self.path.field
        value = self.operator.show(self.operand, field, context)
        if self.operator.key == "field_cmp":
            value = f"{COMPARISONS[self.operand['op']][2]} {self._other_field().label}"
        return str(self.operator.label) % {"field": self.path.label, "value": value}

    def to_json(self) -> dict[str, Any]:
        leaf: dict[str, Any] = {"field": self.path.key, "op": self.operator.key}
        if self.raw is not None:
            leaf["value"] = self.raw
        return leaf


def empty_q(path: Path, lookup: str) -> Q:
    """Return the condition that the value is empty, two-valued: NULL, or the empty text of its column."""
    field: Field = path.field
    condition = Q(**{f"{lookup}__isnull": True}) if path.nullable else Q()
    if field.kind.name in _EMPTY_TEXT_KINDS or (field.kind.name == "choice" and not field.nullable):
        condition |= Q(**{f"{lookup}__exact": ""})
    if field.custom:
        # Django's NOT asks whether the column is NULL, which here is the column of all custom fields: without
        # this, a record that has no custom value at all would be neither empty nor filled.
        condition |= Q(**{f"{lookup.removesuffix(field.attname)}{CUSTOM}__isnull": True})
    return condition or NOTHING


_EMPTY_TEXT_KINDS = frozenset(
    {"text", "long_text", "email", "phone", "url", "multi_choice", "relations", "file", "address"}
)
_COUNT_LOOKUPS: dict[str, Any] = {
    "=": ExactLookup,
    ">=": GreaterThanOrEqual,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    "<": LessThan,
}


@dataclass(frozen=True)
class Exists(Node):
    """With or without visible related records that meet a filter; never a join that multiplies rows."""

    root: str
    hops: tuple[Field, ...]
    collection: Collection
    where: Node
    negated: bool = False
    count: tuple[str, int] | None = None

    def to_q(self, context: FilterContext, prefix: str = "") -> Q:
        target = registry.get(self.collection.target)
        start = prefix + "".join(f"{hop.attname}__" for hop in self.hops)
        related = (
            target.unscoped.filter(**{self.collection.via: OuterRef(f"{start}pk")})
            .filter(context.visible(target.name, ""))
            .filter(self.where.to_q(context))
        )
        if self.count is None:
            condition = Q(models.Exists(related))
        else:
            comparison, number = self.count
            counted = related.order_by().values(self.collection.via).annotate(n=Count("pk")).values("n")
            total = Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)
            condition = Q(_COUNT_LOOKUPS[comparison](total, number))
        for object_name, hop in self._prefixes(prefix):
            condition &= Q(**{f"{hop}pk__isnull": False}) & context.visible(object_name, hop)
        return ~condition if self.negated else condition

    def _prefixes(self, prefix: str) -> list[tuple[str, str]]:
        found = []
        for hop in self.hops:
            prefix = f"{prefix}{hop.attname}__"
            found.append((hop.target or "", prefix))
        return found

    def matches(self, record: models.Model, context: FilterContext) -> bool:
        raise NotInMemory(self.collection.key)

    def sentence(self, context: FilterContext) -> str:
        words: dict[str, Any] = {"label": self.collection.label, "where": self.where.sentence(context)}
        if self.count is not None:
            text = _("%(label)s: %(comparison)s %(number)d")
            words |= {"comparison": self.count[0], "number": self.count[1]}
        else:
            text = _("without %(label)s") if self.negated else _("with %(label)s")
        if words["where"]:
            return _("%(text)s where %(where)s") % {"text": text % words, "where": words["where"]}
        return text % words

    def to_json(self) -> dict[str, Any]:
        path = ".".join([*(hop.key for hop in self.hops), self.collection.key])
        body: dict[str, Any] = {"path": path}
        where = self.where.to_json()
        if where != {"all": []}:
            body["where"] = where
        if self.count is not None:
            body["count"] = {"op": self.count[0], "value": self.count[1]}
        return {"not_exists" if self.negated else "exists": body}
