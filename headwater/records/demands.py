"""What custom fields ask of a record: which are shown, and which must not be empty.

A field is mandatory always, from a point of the record's progress on, or where a filter holds.
A writer is held up where she makes a record, where her change is what makes the field mandatory,
and where she empties it. What is missing otherwise is shown on the record and holds up nothing:
neither other changes, nor what the product derives from facts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.access.fields import limits_of, reading_as
from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.metadata.custom.conditions import keys_of, parse_rule, rule_context
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import Filter, parse_filter
from headwater.metadata.objects import Field, ObjectType
from headwater.records.errors import FieldError
from headwater.records.models import Record
from headwater.users.actor import SYSTEM, Actor


@dataclass(frozen=True)
class Rule:
    """A custom field that asks for something; a filter that means nothing any more is None."""

    field: Field
    visible: Filter | None
    required: Filter | None


@shared
def _rules(object_name: str) -> tuple[Rule, ...]:
    """Return the rules of an object; a field comes after those its being shown hangs on."""
    fields = registry.whole(object_name).fields.values()
    rules = {
        field.key: Rule(
            field, _parsed(object_name, field.visible_when), _parsed(object_name, field.required_when)
        )
        for field in fields
        if field.custom
        and (field.required or field.required_from or field.required_when or field.visible_when)
    }
    ordered: dict[str, Rule] = {}

    def add(key: str) -> None:
        rule = rules.pop(key, None)
        if rule is None:
            return
        for other in sorted(keys_of(rule.visible)) if rule.visible else ():
            add(other)
        ordered[key] = rule

    for key in list(rules):
        add(key)
    return tuple(ordered.values())


def _parsed(object_name: str, tree: Any) -> Filter | None:
    if tree is None:
        return None
    try:
        return parse_rule(object_name, tree)
    except FilterError:  # a field it names is switched off; Settings says so
        return None


class _Seen:
    """A record in which fields that are not shown are empty. The record itself stays as it is."""

    def __init__(self, record: Any) -> None:
        self.__dict__["_record"] = record

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_record"], name)


class Demands:
    """What the custom fields of an object ask of its records, as far as the writer can fill them.

    Worked out once for any number of records.
    """

    def __init__(self, actor: Actor, entry: ObjectType) -> None:
        self.actor, self.entry = actor, entry
        self.rules = _rules(entry.name)
        limits = limits_of(actor) if self.rules else None
        kept = (limits.hidden, limits.locked) if limits else ()
        self._not_hers = frozenset(key for keys in kept for key in keys.get(entry.name, ()))
        self._context = rule_context() if self.rules else None

    def hidden(self, record: Record) -> frozenset[str]:
        """Return the fields that are not shown on a record as it is."""
        return self._judge(record)[0] if any(rule.visible for rule in self.rules) else frozenset()

    def mandatory(self, record: Record) -> frozenset[str]:
        """Return the fields that a record as it is must not be without."""
        if not self.rules:
            return frozenset()
        hidden, seen = self._judge(record)
        return frozenset(
            rule.field.key
            for rule in self.rules
            if rule.field.editable
            and rule.field.key not in hidden | self._not_hers
            and self._is_required(rule, seen)
        )

    def missing(self, record: Record) -> frozenset[str]:
        """Return the mandatory fields that are empty."""
        fields = self.entry.fields
        return frozenset(key for key in self.mandatory(record) if _is_empty(fields.get(key), record))

    def problems(
        self, record: Record, *, before: frozenset[str] | None = None, given: Collection[str] = ()
    ) -> list[FieldError]:
        """Return an error for each field that holds a writing up.

        ``before`` is what was mandatory before a change, and ``given`` are the fields it writes;
        without ``before`` the record is new.
        """
        if not self.rules:
            return []
        held = self.missing(record)
        if before is not None:
            parts = {found.part_of for key in given if (found := self.entry.fields.get(key))}
            held = held - (before - set(given) - parts)
        rules = {rule.field.key: rule for rule in self.rules}
        return [FieldError(key, "required", self._why(rules[key], record)) for key in sorted(held)]

    def _judge(self, record: Record) -> tuple[frozenset[str], Any]:
        seen: Any = _Seen(record)
        hidden = []
        assert self._context is not None
        for rule in self.rules:
            if rule.visible is not None and not rule.visible.matches(seen, self._context):
                hidden.append(rule.field.key)
                rule.field.put(seen, rule.field.kind.empty_value(rule.field))
        return frozenset(hidden), seen

    def _is_required(self, rule: Rule, seen: Any) -> bool:
        field = rule.field
        if field.required or self._is_reached(field, seen):
            return True
        return rule.required is not None and rule.required.matches(seen, self._context)  # type: ignore[arg-type]

    def _is_reached(self, field: Field, record: Any) -> bool:
        progress = self.entry.progress
        return bool(field.required_from and progress and progress.reached(record, field.required_from))

    def _why(self, rule: Rule, record: Record) -> str:
        """Say what is asked for, and what to do; nothing of fields that the writer does not have."""
        field = rule.field
        words: dict[str, Any] = {"field": field.label}
        if field.required:
            return _("%(field)s is required.") % words
        if self._is_reached(field, record) and self.entry.progress:
            point = self.entry.progress.point(field.required_from)
            if point is not None and (step := self.entry.fields.get(point.field)):
                words |= {"step": step.label, "point": point.label}
                text = _("%(field)s is required from “%(point)s” on (%(step)s). Fill it in, or stay before.")
                return text % words
            return _("%(field)s is required.") % words
        try:
            with reading_as(self.actor):
                asked = parse_filter(self.entry.name, field.required_when)
                words["condition"] = asked.sentence(rule_context())
        except FilterError:
            return _("%(field)s is required.") % words
        return _("%(field)s is required where %(condition)s. Fill it in, or change that.") % words


def _is_empty(field: Field | None, record: Record) -> bool:
    return field is not None and field.is_empty(field.value_of(record))


def hidden_of(entry: ObjectType, record: Record) -> frozenset[str]:
    """Return the fields that are not shown on a record as it is, whoever looks."""
    return Demands(SYSTEM, entry).hidden(record)
