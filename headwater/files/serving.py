"""What the surfaces answer with when somebody downloads a file: always a file to be saved, never a page.

Whatever is in it, the browser neither shows it, guesses another sort, nor runs it as one of ours.
"""

from typing import IO, Any

from headwater.files.media_types import SAFE, UNKNOWN
from headwater.files.models import StoredFile
from headwater.files.storage import path_of

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
}


def open_bytes(stored: StoredFile) -> IO[bytes] | None:
    """Open the bytes of a file; None where they are gone: a backup was restored without them."""
    try:
        return path_of(stored.place).open("rb")
    except FileNotFoundError:
        return None


def answer_options(stored: StoredFile) -> dict[str, Any]:
    """Return what Django's ``FileResponse`` needs beside the bytes."""
    return {
        "as_attachment": True,
        "filename": stored.name,
        "content_type": stored.media_type if stored.media_type in SAFE else UNKNOWN,
        "headers": HEADERS,
    }
