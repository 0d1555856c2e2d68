"""What is wrong with a translation, as far as a program can tell."""

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Message

_PLACEHOLDER = re.compile(r"%(?:\([a-z_]+\))?[-0-9.]*[sdif%]|\{[a-z_0-9]*\}", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[a-z0-9-]+\.(?:com|org|eu|csv|xlsx)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)
_QUOTED = re.compile(r"“[^“”]*”|„[^„”]*”|«[^«»]*»|\"[^\"]*\"")
# letters of the Latin script with their accents, so that "Importēt" is one word and not English
_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]+")
_SENTENCE = re.compile(r"(?:[A-Za-z'’-]{2,} ){2,}[A-Za-z'’-]{2,}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMES = _words(
    """
    Headwater API CSV XLSX XLS Excel JSON PNG SVG PDF SQL HTML URL UTC UTF-8 UTF-16 ECB SMTP LINE Bearer
    PostgreSQL SQLite ISO Ctrl Alt Shift Enter Esc Tab Google Facebook Instagram Viber Telegram WhatsApp
    Windows TIS-620 Thai Khmer Latvian English OK ID AI CRM B2B VIP RFP
    """
)
"""Names, formats and keys that stay as they are in every language."""

ENGLISH = _words(
    """
    the and of with you your this that from are was were will not has have been which when where who how
    can must cannot should does there here what their its they only more than each every all any other
    lead leads customer customers contact contacts record records user users field fields value values
    owner reports file rows columns
    """
)
"""Words that no sentence in Latvian has ("to", "no", "par", "ar" and the like it does have)."""


def faults(language: str, message: Message) -> Iterator[str]:
    """Tell every fault of a translation; that there is none yet is another question."""
    if message.fuzzy:
        yield f"{message.id!r} is marked fuzzy: decide"
    if any(forms_of(message)) and not is_complete(message):
        yield f"{message.id!r} lacks one of its forms"
    for text in filter(None, forms_of(message)):
        for fault in _faults_of(language, message, text):
            yield f"{message.id!r} → {text!r}: {fault}"


def is_complete(message: Message) -> bool:
    """Say whether every form of a message has a text."""
    return bool(message.string) and all(forms_of(message))


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the translations of a message, one for each form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _faults_of(language: str, message: Message, text: str) -> Iterator[str]:
    sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    source = sources[-1]
    yield from _placeholder_faults(source, text)
    for side, strip in (("start", str.lstrip), ("end", str.rstrip)):
        if len(source) - len(strip(source)) != len(text) - len(strip(text)):
            yield f"other spaces at the {side}"
    if Counter(_TAG.findall(source)) != Counter(_TAG.findall(text)):
        yield "other tags"
    if source.count("\n") != text.count("\n"):
        yield "other line breaks"
    if left := leftovers(language, source, text):
        yield f"still English: {', '.join(left)}"


def _placeholder_faults(source: str, text: str) -> Iterator[str]:
    # no form may leave the number out: Thai has one form for all, and Latvian says 21 like 1
    wanted, found = Counter(_PLACEHOLDER.findall(source)), Counter(_PLACEHOLDER.findall(text))
    if found != wanted:
        yield f"placeholders {_shown(found)} instead of {_shown(wanted)}"
    if wanted and "%" in _PLACEHOLDER.sub("", text):
        yield "a stray %"


def _shown(placeholders: Counter[str]) -> str:
    return " ".join(sorted(placeholders.elements())) or "(none)"


def leftovers(language: str, source: str, text: str) -> list[str]:
    """Return the words that were left in English; what stands in quotation marks may be a key word."""
    bare = _ADDRESS.sub(" ", _TAG.sub(" ", _PLACEHOLDER.sub(" ", _QUOTED.sub(" ", text))))
    words = [word for word in _WORD.findall(bare) if word not in NAMES]
    if source.strip() == text.strip():
        return [word for word in words if word not in SAME]
    english = [word for word in words if word.lower() in ENGLISH]
    return english or ([] if language == "lv" else _SENTENCE.findall(bare))


SAME = _words("Status Indigo Prof UTM Avatar min")
"""Words that may be all of a string in other languages too."""
