"""Files on records: who may upload one, put it onto a record, and read it.

A file is read by whoever may see, now, the record on which it hangs and the field in which it stands or
stood; until it hangs on one, by its uploader alone. What one may not read answers as what is not there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files import File
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.errors import Forbidden
from headwater.access.fields import reading_as
from headwater.access.models import Action
from headwater.files import services as files
from headwater.files.errors import Refused
from headwater.files.models import StoredFile
from headwater.history.services import Changes
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.kinds.relations import id_or_none
from headwater.metadata.objects import Field, ObjectType
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.records.find import find_records
from headwater.users.actor import Actor


def value_of(stored: StoredFile) -> FileValue:
    """Return a file as records hold it."""
    return FileValue(stored.pk, stored.name, stored.size, stored.media_type)


def upload(actor: Actor, object_name: str, key: str, file: File[bytes], name: str) -> StoredFile:
    """Keep a file for a field of a record that is written later. Raises Forbidden and Invalid."""
    require_upload(actor, object_name)
    found = _file_field(actor, object_name, key)
    if found is None:
        message = _("“%(word)s” is not a field of files.") % {"word": key[:100]}
        raise Invalid([FieldError("field", "unknown_field", message)])
    if not found.editable:
        message = _("Your role does not let you change %(field)s.") % {"field": found.label}
        raise Invalid([FieldError(key, "not_allowed", message)])
    try:
        return files.keep_file(actor.user, file, name, object=object_name, field=key)
    except Refused as problem:
        raise Invalid([FieldError(key, problem.code, problem.message)]) from None


def require_upload(actor: Actor, object_name: str) -> None:
    """Raise Forbidden when the actor can write no record of an object: she could put no file onto one."""
    may = (Action.CREATE, Action.EDIT)
    if all(rights.scope(actor, object_name, action) == "none" for action in may):
        raise Forbidden(Action.EDIT, object_name)


def get_file(actor: Actor, pk: Any) -> StoredFile:
    """Return a file that the actor may read. Raises NotFound."""
    stored = StoredFile.objects.filter(pk=id_or_none(pk) or 0).first()
    if stored is None or stored.pk not in _readable(actor, [stored]):
        raise NotFound("file", pk)
    return stored


def values_by_number(actor: Actor, numbers: Iterable[int]) -> dict[int, FileValue]:
    """Return those of some files that the actor may read."""
    found = list(StoredFile.objects.filter(pk__in=set(numbers)))
    allowed = _readable(actor, found)
    return {stored.pk: value_of(stored) for stored in found if stored.pk in allowed}


def _readable(actor: Actor, found: Sequence[StoredFile]) -> set[int]:
    readable: set[int] = set()
    for object_name in {stored.object for stored in found}:
        own = [stored for stored in found if stored.object == object_name]
        own = [stored for stored in own if _file_field(actor, object_name, stored.field)]
        if not own or rights.scope(actor, object_name, Action.SEE) == "none":
            continue
        held = {stored.record_id for stored in own if stored.record_id is not None}
        seen = set(find_records(actor, object_name).filter(pk__in=held).values_list("pk", flat=True))
        readable |= {
            stored.pk for stored in own if stored.record_id in seen or _is_waiting_for(actor, stored)
        }
    return readable


def _is_waiting_for(actor: Actor, stored: StoredFile) -> bool:
    """Say whether the actor has uploaded it and not put it onto a record yet."""
    return stored.record_id is None and actor.user_id is not None and stored.uploaded_by_id == actor.user_id


def _file_field(actor: Actor, object_name: str, key: str) -> Field | None:
    """Return a field of files as the actor has it; None where she has none of that key."""
    with reading_as(actor):
        try:
            found = registry.get(object_name).fields.get(key)
        except UnknownObject:
            return None
    return found if found is not None and found.kind.name == "file" else None


def settle_files(actor: Actor, entry: ObjectType, rows: Sequence[Any]) -> None:
    """Say of the files that writers name by number what they are, and refuse those that they may not use.

    A record takes a file that its writer uploaded for this very field and that hangs on nothing yet, or one
    that hangs on it already: its own, or an earlier one that comes back. ``rows`` are ``values.Cleaned``.
    """
    for found in entry.file_fields:
        given = [row for row in rows if row.values.get(found.key) is not None]
        if not given:
            continue
        stored = _locked({row.values[found.key].number for row in given})
        taken: set[int] = set()
        for row in given:
            file = stored.get(row.values[found.key].number)
            if file is not None and file.pk not in taken and _may_hang(actor, entry, found, file, row):
                row.values[found.key] = value_of(file)
                taken.add(file.pk)
                continue
            del row.values[found.key]
            message = _("%(field)s: there is no such file for you to use. Upload it again.")
            row.refuse(found.key, "not_found", message % {"field": found.label})


def _may_hang(actor: Actor, entry: ObjectType, found: Field, file: StoredFile, row: Any) -> bool:
    if (file.object, file.field) != (entry.name, found.key):
        return False
    return file.record_id == row.record_id if file.record_id else _is_waiting_for(actor, file)


def _locked(numbers: set[int]) -> dict[int, StoredFile]:
    """Read files; a writer keeps others from using them meanwhile."""
    rows = StoredFile.objects.filter(pk__in=numbers).order_by("pk")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def hang_files(entry: ObjectType, record_id: int, changes: Changes) -> None:
    """Let the files that a record was given just now hang on it."""
    for found in entry.file_fields:
        after = changes.get(found.key, (None, None))[1]
        if after:
            files.put_onto(after["id"], record_id)


def throw_away_files(object_name: str, record_id: int, but: Iterable[str]) -> int:
    """Delete the files of a record, of earlier values too, except those of some fields; return how many."""
    mine = Q(object=object_name, record_id=record_id) & ~Q(field__in=list(but))
    return files.throw_away(StoredFile.objects.filter(mine))
