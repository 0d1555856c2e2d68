"""From typed words to a condition that the trigram index of each database answers."""

from django.db import connection
from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL

from headwater.records.search.text import pattern_words

_GLOB_SPECIAL = {ord(character): f"[{character}]" for character in "*?["}
_LIKE_SPECIAL = {ord(character): f"\\{character}" for character in "\\%_"}


def _needle(word: str) -> str:
    """Pad a short word so that its pattern holds three characters and means "a word begins with"."""
    return word.rjust(3) if len(word) < 3 else word


def matching(object_name: str, typed: str) -> Q:
    """Return the condition for records whose text holds every typed word; nothing for no words."""
    words = pattern_words(typed)
    if not words:
        return Q(pk__in=[])
    # The longest word narrows most; the index answers it and the others are checked on its rows.
    words.sort(key=len, reverse=True)
    sql, params = _sqlite(words) if connection.vendor == "sqlite" else _postgresql(words)
    return Q(pk__in=RawSQL(sql, [*params, object_name], output_field=BigIntegerField()))  # noqa: S611


def _sqlite(words: list[str]) -> tuple[str, list[str]]:
    patterns = [f"*{_needle(word).translate(_GLOB_SPECIAL)}*" for word in words]
    return (
        "SELECT s.record_id FROM records_searchrow s WHERE s.id IN "
        "(SELECT rowid FROM records_search_fts WHERE text GLOB %s) "
        + "AND s.text GLOB %s " * (len(words) - 1)
        + "AND s.object = %s",
        patterns,
    )


def _postgresql(words: list[str]) -> tuple[str, list[str]]:
    patterns = [f"%{_needle(word).translate(_LIKE_SPECIAL)}%" for word in words]
    return (
        "SELECT s.record_id FROM records_searchrow s WHERE "  # noqa: S608
        + "s.text LIKE %s AND " * len(words)
        + "s.object = %s",
        patterns,
    )
