"""Which encoding a text file is in."""

import codecs
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.scripts import likeliest_codec

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
_SAMPLE = 20_000
_SHAPE = bytes(byte in b"\r\n\t" or 0x20 <= byte < 0x7F for byte in range(256))
_SHOWN_LINES = 3


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
    """Tell the encoding from the bytes: Unicode surely, an older one by the look of its letters.

    Raises FileProblem when only a person can tell.
    """
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if wide := announced_encoding(head):
        return Encoding(wide, certain=True)
    if _decodes(path, "utf-8"):
        return Encoding("utf-8", certain=True)
    likely = likeliest_codec(_telling_lines(path))
    if likely and _decodes(path, likely):
        # TIS-620 is Windows-874 without its quotes, dashes and the no-break space.
        is_tis620 = likely == "cp874" and not _has_any(path, bytes(range(0x80, 0xA1)))
        return Encoding("tis-620" if is_tis620 else likely, certain=False)
    raise FileProblem(
        "encoding_needed",
        _("The encoding of the file cannot be told from its bytes. Choose it, or save the file as UTF-8."),
    )


def announced_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark announces, or UTF-16 without one.

    That shows as zero bytes at every second place: line ends, delimiters and digits have them in any
    script. A text of one byte a letter into which a few zeros strayed shows letters in both places.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > pairs * 0.03 and others <= zeros * 0.02 and _letters_in_both(head) < pairs * 0.3:
            with suppress(UnicodeError):
                codecs.getincrementaldecoder(name)().decode(head, final=False)
                return name
    return None


def _letters_in_both(head: bytes) -> int:
    """How many pairs of bytes are two ASCII characters."""
    shape = head.translate(_SHAPE)
    return sum(first + second == 2 for first, second in zip(shape[0::2], shape[1::2], strict=False))


def read_in(path: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """The first lines with letters beyond ASCII, as each of these encodings would read them.

    Encodings that cannot read the beginning of the file, or read it like an earlier one, are left out.
    """
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if announced_encoding(head):
        return {}
    lines = [line[:400] for line in head.splitlines() if not line.isascii()][:_SHOWN_LINES]
    found: dict[str, list[str]] = {}
    for name in names:
        with suppress(UnicodeError):
            codecs.getincrementaldecoder(name)().decode(head, final=len(head) < _PIECE)
            texts = [line.decode(name) for line in lines]
            if texts and all(text.isprintable() for text in texts) and texts not in found.values():
                found[name] = texts
    return found


def _telling_lines(path: Path) -> bytes:
    """Lines with bytes beyond ASCII, wherever they stand in the file."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _SAMPLE and (line := file.readline(_SAMPLE)):
            if not line.isascii():
                found.append(line)
                size += len(line)
    return b"".join(found)


def _has_any(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file:
        return any(
            len(piece) != len(piece.translate(None, wanted))
            for piece in iter(partial(file.read, _PIECE), b"")
        )


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
