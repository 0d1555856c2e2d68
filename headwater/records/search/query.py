"""From typed words to a condition that the trigram index of each database answers.

A record is found when every typed word occurs somewhere in its text, from one character on.
"""

from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from headwater.metadata import registry
from headwater.records.search import sources
from headwater.records.search.models import SearchRow
from headwater.records.search.places import Place, holds
from headwater.records.search.signs import as_stored
from headwater.records.search.text import pattern_words
from headwater.records.search.texts import text_read

COMMON = 10_000
"""From so many places on, it is faster to look at the records of a page than to collect all found."""


def longest_first(typed: str) -> list[str]:
    """Return the words to look for; the longest narrows most, the index answers it."""
    return sorted(map(as_stored, pattern_words(typed)), key=len, reverse=True)


def matching(object_name: str, typed: str) -> Q:
    """Return the condition for records whose text holds every typed word; nothing for no words."""
    words, text = longest_first(typed), text_read(registry.whole(object_name))
    if not words:
        return Q(pk__in=[])
    if connection.vendor == "sqlite" and sources.is_common(words, COMMON):
        # SQLite would collect every number first; PostgreSQL's planner chooses by itself.
        return Q(holding(text, words))
    sql, params = sources.all_numbers(text, words)
    return Q(pk__in=RawSQL(sql, params, output_field=BigIntegerField()))  # noqa: S611


def holding(text: str, words: list[str], *, place: Place = Place.INSIDE) -> Exists:
    """Return the same condition as a question about each record, for conditions that many meet.

    ``text`` is the name of the text that is read (``search.texts``).
    """
    sql, params = holds("text", words, place=place)
    row = SearchRow.objects.filter(object=text, record_id=OuterRef("pk"))
    return Exists(row.extra(where=[sql], params=params))  # noqa: S610
