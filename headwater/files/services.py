"""Storing files, and throwing them away. Rights are asked above: by ``records.stored_files``.

The bytes are written before the row and deleted after it, so that a crash leaves bytes without a row
at worst; ``cleaning`` throws these away.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.files.errors import Refused
from headwater.files.media_types import HEAD, media_type_of
from headwater.files.models import StoredFile
from headwater.files.naming import clean_name, ending_of
from headwater.files.storage import new_place, path_of
from headwater.lib import clock
from headwater.users.models import User

MEGABYTE = 1024 * 1024
MOST_WAITING = 100
"""Files that a person can have uploaded and put onto no record yet."""


def megabytes() -> int:
    """Return how large a file may be."""
    return int(settings.FILE_BYTES // MEGABYTE)


def keep_file(
    user: User | None, file: File[bytes], given_name: str, *, object: str, field: str
) -> StoredFile:
    """Store a file that hangs on nothing yet. Raises Refused.

    It is read piece by piece: memory does not grow with it.
    """
    waiting = StoredFile.objects.filter(uploaded_by=user, record_id__isnull=True)
    if waiting.count() >= MOST_WAITING:
        message = _("You have uploaded %(limit)d files that are on no record. Save the records first.")
        raise Refused("too_many", message % {"limit": MOST_WAITING})
    name, place = clean_name(given_name), new_place()
    with ExitStack() as undone:
        undone.callback(_remove, [place])
        size, digest, head = _write(file, place)
        kept: StoredFile = StoredFile.objects.create(
            name=name,
            size=size,
            media_type=media_type_of(ending_of(name), head),
            sha256=digest,
            place=place,
            uploaded_by=user,
            uploaded_at=clock.now(),
            object=object,
            field=field,
        )
        undone.pop_all()
    return kept


def _write(file: File[bytes], place: str) -> tuple[int, str, bytes]:
    """Write the bytes of an upload; return their number, digest and beginning."""
    path = path_of(place)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size, digest, head = 0, hashlib.sha256(), b""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for piece in file.chunks():
            size += len(piece)
            if size > settings.FILE_BYTES:
                message = _("The file is larger than %(limit)d MB.")
                raise Refused("too_large", message % {"limit": megabytes()})
            digest.update(piece)
            head += piece[: HEAD - len(head)]
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise Refused("empty_file", _("The file is empty."))
    return size, digest.hexdigest(), head


def put_onto(number: int, record_id: int) -> None:
    """Let a file that hangs on nothing hang on a record from now on."""
    StoredFile.objects.filter(pk=number, record_id__isnull=True).update(record_id=record_id)


def throw_away(files: QuerySet[StoredFile]) -> int:
    """Delete files, rows and bytes; return how many. The bytes go when the transaction is written."""
    found = dict(files.values_list("pk", "place"))
    # Asked again: one of them may have been put onto a record meanwhile.
    gone = set(found)
    files.filter(pk__in=gone).delete()
    gone -= set(StoredFile.objects.filter(pk__in=gone).values_list("pk", flat=True))
    places = [found[pk] for pk in sorted(gone)]
    transaction.on_commit(partial(_remove, places))
    return len(places)


def _remove(places: Iterable[str]) -> None:
    for place in places:
        path_of(place).unlink(missing_ok=True)
