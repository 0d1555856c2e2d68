"""Settings: tables whose every change becomes history, whichever code makes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise

M = TypeVar("M", bound=models.Model)

CREATED, UPDATED, DELETED = "created", "updated", "deleted"
HIDDEN = "•••"
"""Stands for a value that nobody may read: that it changed is history, what it is is not."""
MOST_AT_ONCE = 50
"""More rows than this made in one statement are one note with their number: a file of rates, say."""


@dataclass(frozen=True)
class Note:
    """One change of one row of settings. ``record_id`` is 0 for many rows at once."""

    name: str
    record_id: int
    verb: str
    changes: dict[str, list[Any]]


_write: Callable[[Sequence[Note]], None] | None = None


def write_with(writer: Callable[[Sequence[Note]], None]) -> None:
    """Say who keeps the notes; the room of history does so when the app starts."""
    global _write
    _write = writer


_followers: list[Callable[[Sequence[Note]], None]] = []


def follow(follower: Callable[[Sequence[Note]], None]) -> None:
    """Call a function with the notes of every change of settings, in the transaction of the change."""
    _followers.append(follower)


def note(notes: Sequence[Note]) -> None:
    """Keep notes in the transaction of the change, and tell those who follow settings."""
    if notes and _write is not None:
        _write(notes)
        for follower in _followers:
            follower(notes)


def name_of(model: type[models.Model]) -> str:
    """Return the name under which a table of settings stands in history: ``api_token``."""
    name = model.__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class AuditedQuerySet(models.QuerySet[M]):
    """Keeps notes of what is written without loading rows. Other tables than audited ones are left alone."""

    def update(self, **values: Any) -> int:
        told = set(values) - getattr(self.model, "untold", set(values))
        if not issubclass(self.model, Audited) or not told:
            return super().update(**values)
        with transaction.atomic():
            before = _rows(self.model, self)
            changed = super().update(**values)
            after = _rows(self.model, self.model._base_manager.filter(pk__in=before))
            note(_differences(self.model, before, after))
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        if not issubclass(self.model, Audited):
            return super().delete()
        with transaction.atomic():
            before = _rows(self.model, self)
            deleted = super().delete()
            note([_note(self.model, pk, DELETED, values, {}) for pk, values in before.items()])
        return deleted

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **options)
            if issubclass(self.model, Audited):
                note(_all_made(self.model, made))
        return made


class Audited(models.Model):
    """The base of settings. A subclass says with ``audit_label`` what one row is called.

    ``untold`` are fields whose change is no news, ``hidden`` those whose value nobody may read.
    Rows deleted with what they belong to are not told apart from it.
    """

    audit_label: ClassVar[str | Promise]
    label_plural: ClassVar[str | Promise]  # of settings that have an owner: what somebody hands over
    untold: ClassVar[set[str]] = {"created_at", "updated_at", "last_login", "last_used_at", "days_stale"}
    hidden: ClassVar[set[str]] = {"password", "hash"}

    objects: ClassVar[Any] = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        named = options.get("update_fields")
        if named is not None and not set(named) - self.untold:
            super().save(*args, **options)
            return
        with transaction.atomic():
            mine = type(self)._base_manager.filter(pk=self.pk)
            before = {} if self._state.adding and self.pk is None else _rows(type(self), mine)
            super().save(*args, **options)
            values = _values(self)
            if named is not None:  # what else was set on the instance is not written
                values = {**before.get(self.pk, {}), **{k: v for k, v in values.items() if k in named}}
            note(_differences(type(self), before, {self.pk: values}))

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            gone = _note(type(self), self.pk, DELETED, _values(self), {})
            deleted = super().delete(*args, **options)
            note([gone])
        return deleted


Values = dict[str, Any]


def _told(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    untold = getattr(model, "untold", ())
    return [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in untold]


def _values(row: models.Model) -> Values:
    fields = _told(type(row))
    return {field.name: _clean(field, field.value_from_object(row)) for field in fields}


def _clean(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a value as it will be read again, in the form of JSON."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    try:
        return _json(target.to_python(value))
    except (ValidationError, TypeError):  # an expression: what it gave is told by the next change
        return str(value)


def _json(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _rows(model: type[models.Model], rows: models.QuerySet[Any]) -> dict[int, Values]:
    fields = _told(model)
    found = rows.order_by().values_list("pk", *(field.attname for field in fields))
    return {row[0]: {f.name: _json(v) for f, v in zip(fields, row[1:], strict=True)} for row in found}


def _differences(
    model: type[models.Model], before: Mapping[int, Values], after: Mapping[int, Values]
) -> list[Note]:
    notes = []
    for pk, values in after.items():
        had = before.get(pk, {})
        verb = UPDATED if had else CREATED
        found = _note(model, pk, verb, had, values)
        if found.changes or verb == CREATED:
            notes.append(found)
    return notes


def _note(model: type[models.Model], pk: int, verb: str, before: Values, after: Values) -> Note:
    changes = {}
    for key in before.keys() | after.keys():
        was, became = before.get(key), after.get(key)
        if was != became and not (_empty(was) and _empty(became)):
            hidden = key in getattr(model, "hidden", ())
            changes[key] = [_shown(was, hidden), _shown(became, hidden)]
    return Note(name_of(model), pk, verb, changes)


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _shown(value: Any, hidden: bool) -> Any:
    return HIDDEN if hidden and not _empty(value) else value


def _all_made(model: type[models.Model], made: Sequence[models.Model]) -> list[Note]:
    rows = [row for row in made if row.pk is not None]
    if len(made) > MOST_AT_ONCE or len(rows) < len(made):
        return [Note(name_of(model), 0, CREATED, {"count": [None, len(made)]})] if made else []
    return _differences(model, {}, {row.pk: _values(row) for row in rows})
