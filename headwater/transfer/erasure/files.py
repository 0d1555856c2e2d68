"""Files in which a person stands: uploads of imports, and mails that lie as files."""

import quopri
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from headwater.transfer.erasure.plan import Words
from headwater.transfer.errors import BadOptions
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.rows import as_text
from headwater.transfer.models import ImportRun
from headwater.transfer.purging import forget_file
from headwater.transfer.running import open_plan

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1257", "cp874")
_MAIL_PART = 76


def busy_imports() -> bool:
    """Say whether an import is reading its file now."""
    return ImportRun.objects.filter(state__in=(ImportRun.State.QUEUED, ImportRun.State.RUNNING)).exists()


def erase_imports(words: Words, numbers: Iterable[int]) -> int:
    """Delete the files of imports in which the person stands, or that wrote the record; return how many.

    A file goes as a whole: rows of a person whom nobody can tell from others would stay otherwise.
    What was never imported is discarded with it.
    """
    wrote, erased = set(numbers), 0
    for run in ImportRun.objects.exclude(file="").order_by("pk"):
        if run.pk not in wrote and not _stands_in(run, words):
            continue
        forget_file(run)
        if run.change_set_id is not None:
            run.rehearsal, run.facts, run.causes = {}, {}, []
            run.save(update_fields=["rehearsal", "facts", "causes"])
        erased += 1
    return erased


def _stands_in(run: ImportRun, words: Words) -> bool:
    if not words:
        return False
    try:
        rows = open_plan(run).table.rows()
        return any(words.are_in(" ".join(as_text(cell) for cell in row.cells)) for row in rows)
    except (FileProblem, BadOptions, OSError):
        return _in_bytes(Path(run.file.path), words)


def _in_bytes(path: Path, words: Words) -> bool:
    """Look into a file that cannot be read as a table."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(words.are_in(content.decode(encoding, "ignore")) for encoding in _ENCODINGS)


def erase_mail_files(words: Words) -> int:
    """Delete the mails that lie in the data folder instead of being sent, where the words are in them."""
    folder = Path(settings.EMAIL_FILE_PATH)
    found = (
        [path for path in sorted(folder.glob("*")) if path.is_file() and _in_mail(path, words)]
        if words
        else []
    )
    for path in found:
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    return len(found)


def _in_mail(path: Path, words: Words) -> bool:
    raw = path.read_bytes()
    plain = quopri.decodestring(raw) + b"".join(_base64_parts(raw))
    return any(words.are_in(text.decode("utf-8", "ignore")) for text in (raw, plain))


def _base64_parts(raw: bytes) -> Iterable[bytes]:
    part = b""
    for line in [*raw.splitlines(), b""]:
        if line and len(line) <= _MAIL_PART and not set(line) - _BASE64:
            part += line
            continue
        yield b64decode(part + b"=" * (-len(part) % 4))
        part = b""


_BASE64 = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
