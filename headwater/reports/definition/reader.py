"""Reading JSON piece by piece, remembering everything that is wrong with it."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import Problem

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def shorten(word: object) -> str:
    """Return a wrong word as it is shown to the person who wrote it."""
    return str(word)[:100]


class Reader:
    """Collects problems. Its methods return a usable value whatever they find."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._ids: set[str] = set()

    def refuse(self, at: str, code: str, message: str) -> None:
        self.problems.append(Problem(at, code, message))

    def unknown(self, at: str, word: object, known: Collection[str], code: str = "unknown_word") -> None:
        """Name a wrong word and the right ones."""
        message = _("“%(word)s” is not known here; use one of: %(known)s.")
        self.refuse(at, code, message % {"word": shorten(word), "known": ", ".join(known)})

    def later(self, at: str, word: object, known: Collection[str]) -> None:
        """Name a word of the language that this version cannot carry out."""
        message = _("“%(word)s” is not available yet; there is: %(known)s.")
        self.refuse(at, "not_available", message % {"word": shorten(word), "known": ", ".join(known) or "–"})

    def object(self, value: Any, at: str, known: Collection[str]) -> dict[str, Any]:
        """Return a JSON object whose keys are all known ones."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(at, "not_object", _("This must be a JSON object."))
            return {}
        for word in value:
            if word not in known:
                self.unknown(f"{at}.{shorten(word)}".lstrip("."), word, known)
        return {word: value[word] for word in value if word in known}

    def list(self, value: Any, at: str, most: int) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(at, "not_list", _("This must be a list."))
            return []
        if len(value) > most:
            self.refuse(at, "too_many", _("Use at most %(limit)d here.") % {"limit": most})
        return value[:most]

    def word(self, value: Any, at: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of the known words; the first of them (or the default) when it is wrong or missing."""
        fallback = default if default is not None else known[0]
        if value is None:
            return fallback
        if isinstance(value, str) and value in known:
            return value
        self.unknown(at, value, known)
        return fallback

    def text(self, value: Any, at: str, longest: int = 200) -> str:
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.refuse(
                at, "not_text", _("Write a text of at most %(limit)d characters.") % {"limit": longest}
            )
            return ""
        return " ".join(value.replace("\x00", "").split())

    def whole(self, value: Any, at: str, default: int, most: int) -> int:
        """Return a whole number from 1 to ``most``."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            message = _("Give a whole number from 1 to %(limit)d.")
            self.refuse(at, "bad_number", message % {"limit": most})
            return default
        return value

    def flag(self, value: Any, at: str, default: bool) -> bool:
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(at, "not_boolean", _("Give true or false."))
        return default

    def id(self, value: Any, at: str, prefix: str) -> str:
        """Return the given id, or the next free one; ids are unique in the whole definition."""
        if value is not None and (not isinstance(value, str) or not _ID.fullmatch(value)):
            self.refuse(at, "bad_id", _("An id consists of letters, digits and _ and begins with a letter."))
            value = None
        if value in self._ids:
            self.refuse(at, "duplicate_id", _("The id “%(word)s” is used twice.") % {"word": value})
            value = None
        number = 1
        while value is None or value in self._ids:
            value = f"{prefix}{number}"
            number += 1
        self._ids.add(value)
        return str(value)
