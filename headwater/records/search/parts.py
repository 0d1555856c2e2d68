"""Which parts the stored texts have, on PostgreSQL: what its trigram index cannot be asked.

``pg_trgm`` answers questions of three letters and more. A table of the distinct three characters in
a row says which of them hold one or two typed letters, and that a short word stands nowhere as a
whole, which the index would only learn from long lists. Parts are added with the texts and never
taken out: one too many costs a look at the index, one missing would hide a record. The table has no
unique key, for two writers of the same part must not wait for each other.
"""

from collections.abc import Container, Iterable, Iterator
from typing import Any

from django.db import connection, transaction

from headwater.records.search.places import like
from headwater.records.search.signs import LETTERS, SIGNS

LONGEST_WHOLE = 8
"""Longer words have so many trigrams that the index knows soon whether they stand as a whole."""
_MOST_KNOWN = 60_000
_DIGITS = "0123456789"
_PLUS = LETTERS[SIGNS.index("+")]
_LAST = "\U0010ffff"
_known: set[str] = set()
"""Parts that this process wrote or met in committed transactions; they need not be written again."""


def remember(texts: Iterable[str]) -> None:
    """Write the parts of new texts, in the transaction of the texts themselves."""
    found = parts_of(texts, _known) - _known
    if not found:
        return
    written = sorted(found)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_search_parts(part) SELECT unnest(%s::text[]) "
            "EXCEPT SELECT part FROM records_search_parts WHERE part = ANY(%s)",
            [written, written],
        )
    transaction.on_commit(lambda: _know(found))


def parts_of_numbers() -> list[str]:
    """Return the parts of words of digits, which the table has from the beginning."""
    ones = list(_DIGITS)
    twos = [a + b for a in ones for b in ones]
    parts = [two + one for two in twos for one in ones]
    parts += [part for two in twos for part in (f"+{two}", f" {two}", f"{two} ")]
    parts += [part for one in ones for part in (f"  {one}", f" {one} ", f"{one}  ", f" +{one}", f"+{one} ")]
    return [part.replace("+", _PLUS) for part in (*parts, "  +")]


def containing(word: str, bound: int) -> list[str] | None:
    """Return patterns, one of which every text with a word of one or two letters matches, at most ``bound``.

    None when the trigram index cannot be asked for it: signs that are not stored as letters.
    """
    after = "substr(part, 2)"
    begun, params = "part >= %s AND part < %s", [word, f"{word}{_LAST}"]
    if len(word) == 1:
        begun = f"(({begun}) OR ({after} >= %s AND {after} < %s))"
        params *= 2
    sql = f"SELECT DISTINCT part FROM records_search_parts WHERE char_length(part) = 3 AND {begun}"  # noqa: S608
    parts = [part for (part,) in _read(sql, params) if _tells(word, part)]
    if parts and not word.isalnum():
        return None
    return [like(part) for part in parts[:bound]]


def _tells(word: str, part: str) -> bool:
    """Say whether a part is one of those that together cover a word, and to which pg_trgm has an answer.

    A letter at the end of a word has nothing after it, so there the part begins one character before.
    """
    if len(word) == 2 or not word.isalnum():
        return part.startswith(word)
    return (part[0] == word and part[1].isalnum()) or (part[1] == word and not part[2].isalnum())


def stand_whole(words: Iterable[str]) -> bool:
    """Say whether all the words can stand as whole words somewhere; False is certain."""
    asked = {f" {word} " for word in words if _is_kept_whole(word)}
    if not asked:
        return True
    sql = "SELECT count(DISTINCT part) FROM records_search_parts WHERE part = ANY(%s)"
    return int(_read(sql, [sorted(asked)])[0][0]) == len(asked)


def parts_of(texts: Iterable[str], known: Container[str]) -> set[str]:
    """Return the parts of texts, but those of words that are known as a whole."""
    found: set[str] = set()
    for word in _words(texts):
        whole = f" {word} "
        if whole in known or whole in found or (word.isascii() and word.removeprefix(_PLUS).isdecimal()):
            continue
        framed = f" {whole} "
        found.update([framed[at : at + 3] for at in range(len(framed) - 2)])
        if _is_kept_whole(word):
            found.add(whole)
    return found


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split()


def _is_kept_whole(word: str) -> bool:
    return len(word) <= LONGEST_WHOLE and not any(map(str.isdigit, word))


def _know(parts: set[str]) -> None:
    if len(_known) + len(parts) > _MOST_KNOWN:
        _known.clear()
    _known.update(parts)


def _read(sql: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows
