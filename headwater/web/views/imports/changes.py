"""What a rehearsal would write, as readers see it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Example:
    """One row of the file and what it would write. ``href`` leads to the record that exists already."""

    row: int
    title: str
    href: str
    changes: list[Change]


class _Titles:
    """Titles of every record that the examples point to, one query per object."""

    def __init__(self, actor: Actor, entry: ObjectType, stored: list[dict[str, Any]]) -> None:
        wanted: dict[str, set[int]] = {
            entry.name: {each["record_id"] for each in stored if each["record_id"]}
        }
        for each in stored:
            for key, pair in each["changes"].items():
                found = entry.fields.get(key)
                if found is not None and found.target:
                    numbers = {n for value in pair for n in found.numbers_in(found.kind.from_json(value))}
                    wanted.setdefault(found.target, set()).update(numbers)
        context = filter_context(actor)
        self._found = {name: titles_of(name, numbers, context) for name, numbers in wanted.items()}

    def of(self, name: str, number: int | None) -> str:
        return self._found.get(name, {}).get(number or 0, "")


def show_examples(actor: Actor, entry: ObjectType, run: ImportRun) -> dict[str, list[Example]]:
    """Return the stored examples by outcome."""
    stored: dict[str, list[dict[str, Any]]] = run.rehearsal.get("examples", {})
    titles = _Titles(actor, entry, [each for found in stored.values() for each in found])
    mapped = {key for key in (run.options.get("mapping") or {}).values() if key}
    return {
        outcome: [_example(entry, each, titles, mapped if outcome == "created" else None) for each in found]
        for outcome, found in stored.items()
    }


def _example(entry: ObjectType, stored: dict[str, Any], titles: _Titles, only: set[str] | None) -> Example:
    """``only`` limits what is shown of a new record to what the file says; the rest are defaults."""
    number, changes = stored["record_id"], stored["changes"]
    title = titles.of(entry.name, number) or str(changes.get(entry.title_key, [None, ""])[1] or "")
    shown = [
        Change(str(field.label), _text(field, before, titles), _text(field, after, titles))
        for key, (before, after) in changes.items()
        if (field := entry.fields.get(key)) is not None and field.editable and (only is None or key in only)
    ]
    href = reverse("record", args=[entry.slug, number]) if number else ""
    return Example(stored["row"], title, href, [each for each in shown if each.before or each.after])


def _text(field: Field, value: Any, titles: _Titles) -> str:
    if value in (None, "", []):
        return ""
    if field.target:
        numbers = field.numbers_in(field.kind.from_json(value))
        return ", ".join(filter(None, (titles.of(field.target, number) for number in numbers)))
    return field.kind.display(field.kind.from_json(value), field)
