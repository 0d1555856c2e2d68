"""The filter language a second time: plain Python over records in memory, by brute force.

It shares nothing with the product but the dictionary, so that the two can be compared.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from headwater.lib.text import fold
from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.users.models import Team, User

ZONE = ZoneInfo("Europe/Riga")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
COUNT = {"=": operator.eq, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
TEXT_KINDS = {"text", "long_text", "email", "phone", "url"}
# What a record with nothing in the field answers to an operator.
TRUE_FOR_NOTHING = {"empty", "ne", "not_in", "not_contains", "has_none", "is_false"}


@dataclass
class Oracle:
    """Answers filters for one reader at one instant."""

    records: dict[str, dict[int, Any]]
    owners: set[int] | None  # whose records the reader sees; None for everybody's
    me: User
    now: datetime
    references: dict[str, dict[int, Any]] = field(default_factory=dict)

    def sees(self, name: str, record: Any) -> bool:
        if record is None:
            return False
        if not registry.get(name).is_record:
            return True
        is_hers = self.owners is None or record.owner_id in self.owners or self.me.pk in record.assignees
        return record.deleted_at is None and is_hers

    def select(self, name: str, tree: dict[str, Any]) -> set[int]:
        found = self.records[name].values()
        return {record.pk for record in found if self.sees(name, record) and self.holds(name, record, tree)}

    def holds(self, name: str, record: Any, tree: dict[str, Any]) -> bool:
        if "field" in tree:
            return self.leaf(name, record, tree)
        ((word, body),) = tree.items()
        if word == "not":
            return not self.holds(name, record, body)
        if word in ("exists", "not_exists"):
            return self.exists(name, record, body) is (word == "exists")
        answers = [self.holds(name, record, child) for child in body]
        return {"all": all(answers), "any": any(answers), "none": not any(answers)}[word]

    def exists(self, name: str, record: Any, body: dict[str, Any]) -> bool:
        collection = registry.get(name).collections[body["path"]]
        related = [
            other
            for other in self.records[collection.target].values()
            if getattr(other, f"{collection.via}_id") == record.pk
            and self.sees(collection.target, other)
            and self.holds(collection.target, other, body.get("where") or {"all": []})
        ]
        count = body.get("count")
        return bool(related) if count is None else COUNT[count["op"]](len(related), count["value"])

    def leaf(self, name: str, record: Any, leaf: dict[str, Any]) -> bool:
        *hops, last = leaf["field"].split(".")
        entry = registry.get(name)
        for word in hops:
            target = entry.fields[word].target or ""
            record = self.linked(target, entry.fields[word].value_of(record)) if record is not None else None
            record = record if self.sees(target, record) else None
            entry = registry.get(target)
        found = entry.fields[last]
        value = None if record is None else found.value_of(record)
        if value is None or value == "" or value == ():
            return leaf["op"] in TRUE_FOR_NOTHING
        if leaf["op"] == "field_cmp":
            other = entry.fields[leaf["value"]["field"]].value_of(record)
            return other not in (None, "", ()) and COMPARE[leaf["value"]["op"]](value, other)
        return self.compare(found, value, leaf["op"], leaf.get("value"))

    def linked(self, target: str, number: int | None) -> Any:
        if number is None:
            return None
        if target in self.records:
            return self.records[target].get(number)
        rows: dict[int, Any] = self.references.setdefault(target, {})
        if number not in rows:
            rows[number] = registry.get(target).model._default_manager.get(pk=number)
        return rows[number]

    def compare(self, field: Field, value: Any, word: str, operand: Any) -> bool:
        if word in ("empty", "not_empty"):
            return word == "not_empty"
        if word in ("is_true", "is_false"):
            return bool(value) is (word == "is_true")
        kind = field.kind.name
        if kind == "address":
            return (fold(operand) in fold(field.kind.words(value))) is (word == "contains")
        if kind in TEXT_KINDS:
            return text_holds(field, value, word, operand)
        if kind in ("integer", "decimal", "money", "percent", "duration"):
            return number_holds(value, word, operand)
        if kind in ("date", "instant"):
            return self.time_holds(value, word, operand)
        if kind in ("user", "relation") and word not in ("in", "not_in"):
            return self.person_holds(value, word)
        if word in ("me", "my_team", "my_team_and_below"):
            return any(self.person_holds(number, word) for number in value)
        keys = operand if isinstance(operand, list) else [operand]
        if kind == "relations":
            return self.links_hold(field.target or "", set(value), word, set(keys))
        return {
            "in": lambda: value in keys,
            "not_in": lambda: value not in keys,
            "has_any": lambda: bool(set(keys) & set(value)),
            "has_all": lambda: set(keys) <= set(value),
            "has_none": lambda: not set(keys) & set(value),
        }[word]()

    def links_hold(self, target: str, value: set[int], word: str, wanted: set[int]) -> bool:
        seen = {number for number in wanted if self.sees(target, self.linked(target, number))}
        if word == "has_all":
            return seen == wanted and seen <= value
        return bool(seen & value) is (word == "has_any")

    def person_holds(self, value: int, word: str) -> bool:
        person: User = self.linked("user", value)
        if word == "me":
            return value == self.me.pk
        if word == "active":
            return person.is_active
        teams = {self.me.team_id}
        if word == "my_team_and_below":
            teams |= set(Team.objects.filter(parent=self.me.team).values_list("pk", flat=True))
        return person.team_id in teams

    def time_holds(self, value: Any, word: str, operand: Any) -> bool:
        if word == "in_range":
            first, stop = self.bounds(operand)
            day = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
            return first <= day < stop
        if word in ("older_than", "newer_than"):
            return (value < self.ago(operand, isinstance(value, datetime))) is (word == "older_than")
        return self.before_or_after(value, word, operand)

    def before_or_after(self, value: Any, word: str, operand: Any) -> bool:
        if operand == {"rel": "now"}:
            moment: Any = self.now
        elif operand == {"rel": "today"}:
            moment = self.now.astimezone(ZONE).date()
        else:
            moment = date.fromisoformat(operand) if len(operand) == 10 else datetime.fromisoformat(operand)
        if isinstance(moment, datetime) and isinstance(value, datetime):
            return value < moment if word == "before" else value > moment
        if isinstance(moment, datetime):
            moment = moment.astimezone(ZONE).date()
        day = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
        return bool(day < moment if word == "before" else day > moment)

    def ago(self, age: dict[str, Any], is_instant: bool) -> Any:
        count, unit = age["n"], age["unit"]
        local = self.now.astimezone(ZONE)
        if unit in ("hour", "day", "week"):
            span = timedelta(**{f"{unit}s": count})
            return self.now - span if is_instant else (local - span).date()
        months = local.year * 12 + local.month - 1 - count * (12 if unit == "year" else 1)
        # The 15th exists in every month, so that no day has to be cut.
        day = local.date().replace(year=months // 12, month=months % 12 + 1)
        return datetime.combine(day, local.timetz()).astimezone(UTC) if is_instant else day

    def bounds(self, spec: dict[str, Any]) -> tuple[date, date]:
        if "from" in spec:
            return date.fromisoformat(spec["from"]), date.fromisoformat(spec["to"])
        today = self.now.astimezone(ZONE).date()
        shift = {"this": 0, "last": -1, "next": 1}[spec["rel"]]
        if spec["unit"] == "year":
            return date(today.year + shift, 1, 1), date(today.year + shift + 1, 1, 1)
        if spec["unit"] == "month":
            month = today.year * 12 + today.month - 1 + shift
            following = month + 1
            return date(month // 12, month % 12 + 1, 1), date(following // 12, following % 12 + 1, 1)
        size = 7 if spec["unit"] == "week" else 1
        start = today - timedelta(days=today.weekday()) if size == 7 else today
        return start + timedelta(days=shift * size), start + timedelta(days=(shift + 1) * size)


def text_holds(field: Field, value: str, word: str, operand: Any) -> bool:
    if word in ("eq", "ne", "in", "not_in"):
        form: Callable[[str], str] = fold if field.folded else str.lower
        wanted = {form(text) for text in (operand if isinstance(operand, list) else [operand])}
        return (form(value) in wanted) is (word in ("eq", "in"))
    low, part = value.lower(), operand.lower()
    return {
        "contains": part in low,
        "not_contains": part not in low,
        "starts": low.startswith(part),
        "ends": low.endswith(part),
    }[word]


def number_holds(value: Any, word: str, operand: Any) -> bool:
    if word == "between":
        low, high = sorted(Decimal(str(number)) for number in operand)
        return bool(low <= value <= high)
    operand = Decimal(str(operand))  # 0.1 in JSON is a tenth, not the binary fraction beside it
    if word == "ne":
        return bool(value != operand)
    return COMPARE[word](value, operand)
