"""Which sort of file it is: only what name and content agree on, and only what no browser runs.

Pages and drawings (HTML, SVG, XML), scripts and programs are bytes like any unknown thing: they are never
named by a type that something could open by itself.
"""

from collections.abc import Callable
from typing import Final

UNKNOWN: Final = "application/octet-stream"
HEAD = 4_096
"""Bytes at the beginning that tell the sort of a file."""

Test = Callable[[bytes], bool]


def _begins(*signs: bytes) -> Test:
    return lambda head: head.startswith(signs)


def _riff(form: bytes) -> Test:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == form


def _is_text(head: bytes) -> bool:
    """Say whether it is UTF-8 without control signs; the head may cut the last letter off."""
    if b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as problem:
        return len(head) == HEAD and problem.start >= HEAD - 3
    return True


_ZIP = _begins(b"PK\x03\x04")
_OLE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


def _is_film(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


_KNOWN: dict[str, tuple[str, Test]] = {
    "pdf": ("application/pdf", _begins(b"%PDF-")),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "tif": ("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "heic": ("image/heic", _is_film),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}.text", _ZIP),
    "ods": (f"{_OPEN}.spreadsheet", _ZIP),
    "odp": (f"{_OPEN}.presentation", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "msg": ("application/vnd.ms-outlook", _OLE),
    "rtf": ("application/rtf", _begins(b"{\\rtf")),
    "zip": ("application/zip", _begins(b"PK\x03\x04", b"PK\x05\x06")),
    "7z": ("application/x-7z-compressed", _begins(b"7z\xbc\xaf\x27\x1c")),
    "gz": ("application/gzip", _begins(b"\x1f\x8b")),
    "txt": ("text/plain", _is_text),
    "md": ("text/plain", _is_text),
    "log": ("text/plain", _is_text),
    "csv": ("text/csv", _is_text),
    "mp3": ("audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": ("audio/wav", _riff(b"WAVE")),
    "m4a": ("audio/mp4", _is_film),
    "mp4": ("video/mp4", _is_film),
    "mov": ("video/quicktime", _is_film),
}

SAFE = frozenset({UNKNOWN, *(name for name, _test in _KNOWN.values())})
"""Every type that a stored file can have."""


def media_type_of(ending: str, head: bytes) -> str:
    """Return the type of a file by the ending of its name, if its first bytes say the same."""
    known = _KNOWN.get(ending)
    return known[0] if known is not None and known[1](head) else UNKNOWN
