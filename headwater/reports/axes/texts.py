"""Fields with any number of values: texts and numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import DecimalField, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from headwater.lib.collation import sort_key
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.sql import Lowered
from headwater.reports.axes.base import Axis, Key, Tree, column, guarded
from headwater.reports.axes.computed import Computed


class TextAxis(Axis):
    """Texts that differ only in case are one group, which shows one of their spellings."""

    unbounded: ClassVar[bool] = True

    def expression(self) -> Combinable:
        name = column(self.path)
        folded = F(f"{name}_fold") if self.path.field.folded else Lowered(F(name))
        return guarded(self.path, self.context, folded)

    def spelling(self) -> Combinable | None:
        return guarded(self.path, self.context, F(column(self.path)))

    def keys(self, raw: Any) -> tuple[Key, ...]:
        return (raw or None,)

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        labels = {key: spelled.get(key, key) for key in sorted(keys)}
        return dict(sorted(labels.items(), key=lambda group: sort_key(group[1])))


class ComputedAxis(TextAxis):
    """A text that a room computes from several fields."""

    def __init__(self, computed: Computed, context: FilterContext) -> None:
        self.computed, self.context = computed, context

    def expression(self) -> Combinable:
        return self.computed.value(self.context)

    def spelling(self) -> Combinable | None:
        return self.computed.spelling(self.context)

    def tree(self, keys: Sequence[Key]) -> Tree:
        return self.computed.condition(keys)

    def none_tree(self) -> Tree:
        return self.computed.none()


class NumberAxis(Axis):
    """Numbers, each by itself."""

    unbounded: ClassVar[bool] = True

    def expression(self) -> Combinable:
        value = super().expression()
        field = self.path.field
        if self.path.hops and field.kind.name != "integer":
            # An expression has no type on SQLite, and would compare as text.
            return Cast(value, DecimalField(max_digits=field.max_digits, decimal_places=field.decimal_places))
        return value

    def labeled(self, keys: Sequence[Key], spelled: Mapping[Key, str]) -> dict[Key, str]:
        field = self.path.field
        return {key: field.kind.display(key, field) for key in sorted(keys)}

    def tree(self, keys: Sequence[Key]) -> Tree:
        leaves: list[Tree] = [
            {"field": self.path.key, "op": "eq", "value": self.to_json(key)} for key in keys
        ]
        return leaves[0] if len(leaves) == 1 else {"any": leaves}

    def to_json(self, key: Key) -> Any:
        return float(key) if isinstance(key, Decimal) else key

    def read(self, word: Any) -> Key:
        if isinstance(word, bool) or not isinstance(word, (int, float)):
            raise BadValue("bad_key", _("Give a number."))
        return self.path.field.kind.clean(word, self.path.field)
