"""Records as JSON: every field of the dictionary by its key, links as numbers."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.api.problems import wrong
from headwater.metadata import registry
from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.errors import UnknownField
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.paths import Path, missing_message, resolve
from headwater.records.find import find_records
from headwater.users.actor import Actor

MAX_FIELDS = 200

Column = str | Path
"""``id``, ``version``, or the path of a field."""


def record_json(entry: ObjectType, record: models.Model) -> dict[str, Any]:
    """Return a record with all its fields, the custom ones inside ``custom``."""
    found: dict[str, Any] = {"id": record.pk}
    if entry.is_record:
        found["version"] = getattr(record, "version", None)
        found[CUSTOM] = {}
    for key, field in entry.fields.items():
        if field.part_of:
            continue
        (found[CUSTOM] if field.custom else found)[key] = value_json(field, field.value_of(record))
    return found


def value_json(field: Field, value: Any) -> Any:
    """Return a value of a field; a file with the address from which it can be downloaded."""
    return file_json(value) if isinstance(value, FileValue) else field.kind.to_json(value)


def file_json(value: FileValue) -> dict[str, Any]:
    """Return a stored file as records have it."""
    return {
        "id": value.number,
        "name": value.name,
        "size": value.size,
        "type": value.media_type,
        "url": f"/api/v1/files/{value.number}/content",
    }


def read_columns(entry: ObjectType, words: str | None) -> list[Column] | None:
    """Read ``fields=name,owner.name``. Raises a problem that names the first word which is no field."""
    if words is None:
        return None
    columns: list[Column] = []
    for word in dict.fromkeys(part.strip() for part in words.split(",")):
        if word == "id" or (word == "version" and entry.is_record):
            columns.append(word)
            continue
        try:
            columns.append(resolve(entry.name, word))
        except UnknownField as problem:
            message = missing_message(problem.object_name, problem.word)
            raise wrong("fields", "unknown_field", message) from problem
    if len(columns) > MAX_FIELDS:
        raise wrong("fields", "too_many", _("Ask for at most %(limit)d fields.") % {"limit": MAX_FIELDS})
    return columns


def own_fields(columns: Sequence[Column] | None) -> list[str]:
    """Return the fields of the record itself that columns need; empty where all are to be loaded."""
    return [(c.hops[0] if c.hops else c.field).key for c in columns or () if isinstance(c, Path)]


def records_json(
    actor: Actor, entry: ObjectType, records: Sequence[models.Model], columns: Sequence[Column] | None
) -> list[dict[str, Any]]:
    """Return records with the columns asked for and always their number.

    A dotted path is answered under its own name. What lies behind a link that the reader may not
    follow is null. One query per link crossed.
    """
    if columns is None:
        return [record_json(entry, record) for record in records]
    links = _Links(actor)
    found: list[dict[str, Any]] = [{"id": record.pk} for record in records]
    for column in columns:
        if isinstance(column, str):
            for item, record in zip(found, records, strict=True):
                item[column] = getattr(record, column)
            continue
        for item, reached in zip(found, links.follow(records, column), strict=True):
            field = column.field
            value = None if reached is None else value_json(field, field.value_of(reached))
            if field.custom and not column.hops:
                item.setdefault(CUSTOM, {})[column.key] = value
            else:
                item[column.key] = value
    return found


class _Links:
    """Loads linked records once, and only those that the reader may see."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.loaded: dict[str, dict[int, models.Model | None]] = {}

    def follow(self, records: Sequence[models.Model], path: Path) -> list[models.Model | None]:
        current: list[models.Model | None] = list(records)
        for hop in path.hops:
            numbers = [None if record is None else hop.value_of(record) for record in current]
            targets = self._load(hop.target or "", {number for number in numbers if number is not None})
            current = [None if number is None else targets[number] for number in numbers]
        return current

    def _load(self, object_name: str, numbers: set[int]) -> dict[int, models.Model | None]:
        known = self.loaded.setdefault(object_name, {})
        missing = numbers - known.keys()
        if missing:
            found = self._visible(object_name, missing)
            known.update({number: found.get(number) for number in missing})
        return known

    def _visible(self, object_name: str, numbers: set[int]) -> dict[int, models.Model]:
        entry = registry.get(object_name)
        if not entry.is_record:
            return entry.model._default_manager.in_bulk(numbers)
        if rights.scope(self.actor, object_name, Action.SEE) == Scope.NONE:
            return {}
        return dict(find_records(self.actor, object_name).in_bulk(numbers))
