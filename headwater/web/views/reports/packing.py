"""A definition as a short word for addresses: JSON, deflated, in letters that no address escapes."""

import base64
import binascii
import json
import zlib
from typing import Any

from headwater.web.jinja import compact_json

MARK = "1."
"""Begins every packed word and names the way of packing; JSON never begins like this."""

LONGEST_WORD = 6_000
"""Servers and proxies in front of us take addresses of 8,000 characters; this leaves room for the rest."""

LONGEST_TEXT = 60_000
"""A longer definition is no work of a person."""


def pack(data: Any) -> str:
    """Return JSON data as one word of letters, digits, ``-``, ``_`` and ``.``."""
    squeezed = zlib.compressobj(9, wbits=-15)
    text = squeezed.compress(compact_json(data).encode()) + squeezed.flush()
    return MARK + base64.urlsafe_b64encode(text).decode().rstrip("=")


def unpack(word: str) -> Any:
    """Read a packed word, or JSON written out. Raises ValueError for what is neither."""
    if not word.startswith(MARK):
        return _read(word.encode())
    body = word.removeprefix(MARK)
    if not body.isascii():
        raise ValueError
    try:
        squeezed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        opened = zlib.decompressobj(wbits=-15)
        text = opened.decompress(squeezed, LONGEST_TEXT + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError from error
    if not opened.eof:
        raise ValueError
    return _read(text)


def _read(text: bytes) -> Any:
    if len(text) > LONGEST_TEXT:
        raise ValueError
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError from error
