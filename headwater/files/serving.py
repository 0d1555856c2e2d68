"""What the surfaces answer with when somebody downloads a file: always a file to be saved, never a page.

Whatever is in it, the browser neither shows it, guesses another sort, nor runs it as one of ours.
"""

from typing import IO

from django.utils.http import content_disposition_header

from headwater.files.media_types import SAFE, UNKNOWN
from headwater.files.models import StoredFile
from headwater.files.storage import path_of


def open_bytes(stored: StoredFile) -> IO[bytes] | None:
    """Open the bytes of a file; None where they are gone: a backup was restored without them."""
    try:
        return path_of(stored.place).open("rb")
    except FileNotFoundError:
        return None


def content_type_of(stored: StoredFile) -> str:
    return stored.media_type if stored.media_type in SAFE else UNKNOWN


def headers_of(stored: StoredFile) -> dict[str, str]:
    """Return the headers beside type and length."""
    return {
        "Content-Disposition": content_disposition_header(True, stored.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store, private",
    }
