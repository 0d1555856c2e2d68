"""How catalogues are read and written."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from headwater.config.catalogue import languages


def read(path: Path) -> Catalog:
    """Read a catalogue; its header says how its plurals are formed. Raises PoFileError."""
    with path.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def empty(language: str) -> Catalog:
    """Return a catalogue without messages that knows the language's plurals."""
    return read_po(BytesIO(languages.header(language).encode()))


def stored(language: str) -> Catalog:
    """Return a language's translations as the repository has them; an absent file is an empty one."""
    path = languages.translations(language)
    return read(path) if path.exists() else empty(language)


def messages(catalog: Catalog) -> Iterator[Message]:
    """Yield what a catalogue holds, without its header."""
    return (message for message in catalog if message.id)


def written(catalog: Catalog, header: str = "") -> bytes:
    """Return a catalogue as a file holds it, sorted by message."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, omit_header=True, include_lineno=False)
    return header.encode() + buffer.getvalue()


def replace(path: Path, content: bytes, like: os.stat_result | None = None) -> None:
    """Put a file in place of another in one step, with the times of a third one if given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    if like:
        os.utime(fresh, ns=(like.st_atime_ns, like.st_mtime_ns))
    fresh.replace(path)
