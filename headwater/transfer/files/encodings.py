"""Which encoding a text file is in."""

import codecs
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from headwater.transfer.files.errors import FileProblem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names that spreadsheets and mails use and Python does not know.
_ALIASES = {
    "windows-874": "cp874",
    "ansi": "cp1252",
    "x-sjis": "shift_jis",
    "utf8": "utf-8-sig",
    "utf-8": "utf-8-sig",
}
# Codecs of text that are no encodings of files.
_NO_FILES = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_PIECE = 1 << 20
_WESTERN_LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßœŒ".encode("cp1252")
_PUNCTUATION = "‘’“”–—…•·«»°§©®™€£¡¿ªº´\u00a0\u00ad".encode("cp1252")


@dataclass(frozen=True)
class Encoding:
    """A Python codec; ``certain`` is False where the bytes could also be read otherwise."""

    name: str
    certain: bool


def named_encoding(name: str) -> Encoding:
    """The encoding a person chose. Raises FileProblem for a word that names none."""
    word = name.strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(word, word))
    except (LookupError, ValueError):
        codec = None
    is_text = codec is not None and getattr(codec, "_is_text_encoding", True)
    if codec is None or not is_text or codec.name.replace("-", "_") in _NO_FILES:
        raise FileProblem("unknown_encoding", _("“%(word)s” is not an encoding.") % {"word": name[:60]})
    return Encoding(codec.name, certain=True)


def detect_encoding(path: Path) -> Encoding:
    """Tell the encoding from the bytes: Unicode surely, Windows-1252 where nothing speaks against it.

    Raises FileProblem when only a person can tell.
    """
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if wide := announced_encoding(head):
        return Encoding(wide, certain=True)
    if _decodes(path, "utf-8"):
        return Encoding("utf-8", certain=True)
    if _looks_western(head) and _decodes(path, "cp1252"):
        return Encoding("cp1252", certain=False)
    raise FileProblem(
        "encoding_needed",
        _("The encoding of the file cannot be told from its bytes. Choose it, or save the file as UTF-8."),
    )


def announced_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark announces, or UTF-16 without one.

    That shows as zero bytes at every second place.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    pairs = len(head) // 2
    if pairs < 2:
        return None
    if head[1::2].count(0) > pairs * 0.4 and head[0::2].count(0) < pairs * 0.05:
        return "utf-16-le"
    if head[0::2].count(0) > pairs * 0.4 and head[1::2].count(0) < pairs * 0.05:
        return "utf-16-be"
    return None


def read_in(path: Path, names: Iterable[str]) -> dict[str, str]:
    """The first line with letters beyond ASCII, as each of these encodings would read it.

    Encodings that cannot read the beginning of the file, or read it like an earlier one, are left out.
    """
    with path.open("rb") as file:
        head = file.read(_PIECE)
    line = next((line for line in head.splitlines() if not line.isascii()), b"")[:400]
    found: dict[str, str] = {}
    for name in names:
        with suppress(UnicodeError):
            codecs.getincrementaldecoder(name)().decode(head, final=len(head) < _PIECE)
            text = line.decode(name)
            if text.isprintable() and text not in found.values():
                found[name] = text
    return found


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_western(head: bytes) -> bool:
    """Whether Windows-1252 is plausible: now and then a letter of Western Europe inside plain words.

    Thai fills whole words with high bytes; Baltic and Central European texts show, read so, letters
    and signs that no Western word contains.
    """
    high = head.translate(None, bytes(range(0x80)))
    letters = bytes(byte for byte in high if byte >= 0x8A and byte not in _PUNCTUATION)
    return len(high) <= len(head) * 0.3 and not letters.translate(None, _WESTERN_LETTERS)
