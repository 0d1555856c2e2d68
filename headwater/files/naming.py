"""What a file is called: the name that it came with, made harmless for every place where it is shown."""

import unicodedata

LONGEST = 240
"""Bytes that a name may have: what every file system takes."""
_LONGEST_ENDING = 20
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that let a name be read in another order than it is written: “gpj.exe” as “exe.jpg”."""
_NEVER = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def clean_name(given: str) -> str:
    """Return a name without folders, control signs and line ends; never empty, at most ``LONGEST`` bytes."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join(" " if letter in "\t\r\n" else letter for letter in last if _may_stand(letter))
    name = " ".join(kept.split()).strip(". ")
    return _cut(name) or "file"


def ending_of(name: str) -> str:
    """Return what stands after the last dot, in lower case; "" where there is none."""
    before, dot, ending = name.rpartition(".")
    return ending.lower() if before and dot and len(ending) <= _LONGEST_ENDING else ""


def _may_stand(letter: str) -> bool:
    if letter in "\t\r\n":
        return True
    return unicodedata.category(letter) not in _NEVER and letter not in _REORDERING


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    ending = ending_of(name)
    tail = f".{name[-len(ending) :]}" if ending else ""
    room = LONGEST - len(tail.encode())
    return name.encode()[:room].decode(errors="ignore").rstrip(". ") + tail
