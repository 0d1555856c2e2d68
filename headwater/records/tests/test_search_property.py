"""Search gives what its definition says, whatever is stored and typed, and however early it stops looking."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.access.models import Action
from headwater.pipeline.models import Lead
from headwater.records import merging
from headwater.records.find import find_records
from headwater.records.search import best, query, sources
from headwater.records.search.best import find_best
from headwater.testing.factories import make_customer, make_lead
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db

NAMES = [
    "Anna Bērziņa", "Jānis Ozols", "ANNA ann", "Łucja Østby", "สมชาย ใจดี", "สมหญิง จันทร์เพ็ญ", "សុខ ស្រីមុំ",
    "ចាន់ សុភា", "Zane Ķīse", "Żaneta", "O'Neil %_*?[x]", "Ūdens", "a", "aa", "ba", "Ann-Marie", "Ēriks \\ Ē",
    "Ñandú",
]  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)
STROKES = {"ł": "l", "ø": "o"}
BOUNDS = [(300, 5000, 20_000, 10_000), (3, 4, 5, 1), (1, 1, 1, 3)]
"""Records looked at, rows asked of the index, places of short words, places of a common word."""


def plainly(text: str) -> str:
    """Fold in the plainest way that is right for these names."""
    parts = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(STROKES.get(c, c) for c in parts if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFKC", kept)


def place_of(lead: Lead, words: list[str]) -> int | None:
    """Return 0 for whole words, 1 for beginnings, 2 for inside, None for not found."""
    own = plainly(f"{lead.name} {lead.organization_name} {lead.email}").split()
    tests = (
        lambda word: word in own,
        lambda word: any(each.startswith(word) for each in own),
        lambda word: any(word in each for each in own),
    )
    return next((place for place, test in enumerate(tests) if all(map(test, words))), None)


@pytest.fixture
def leads(seller_north, seller_south):
    """Leads of two people, entered in another order than they were created in."""
    made = []
    for number, name in enumerate(NAMES * 2):
        owner = seller_south if number % 3 else seller_north
        created = START + timedelta(days=(number * 7) % 36)
        given_name, _space, family = name.partition(" ")
        values = {"first_name": given_name, "last_name": family, "created_at": created}
        made.append(make_lead(Actor(owner), **values, email=f"n{number}@example.test" if number % 2 else ""))
    make_customer(SYSTEM, name="Anna Bērziņa")
    return made


TYPED = st.one_of(
    st.builds(
        lambda name, at, size: name[at % len(name) :][:size],
        st.sampled_from(NAMES),
        st.integers(0, 30),
        st.integers(1, 6),
    ),
    st.text(st.sampled_from("aAnbzeēsņ@.1ส ช"), max_size=4),
)


@given(
    typed=st.lists(TYPED, max_size=2).map(" ".join),
    limit=st.integers(1, 8),
    bounds=st.sampled_from(BOUNDS),
    rare=st.sampled_from((1, 100)),
    patterns=st.sampled_from((0, 300)),
    further=st.sampled_from((1, 5_000)),
    most=st.sampled_from((0, 1_000)),
)
def test_search_is_its_definition(leads, seller_north, typed, limit, bounds, rare, patterns, further, most):
    actor = Actor(seller_north)
    words = plainly(typed).split()
    mine = {lead.pk for lead in find_records(actor, "lead", action=Action.SEE)}
    places = {lead.pk: place_of(lead, words) for lead in leads if lead.pk in mine} if words else {}
    expected = {pk for pk, place in places.items() if place is not None}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "NEWEST", bounds[0])
        patch.setattr(best, "NEWEST_EACH", 0)
        patch.setattr(best, "FURTHER", further)
        patch.setattr(merging, "MOST_OF_EACH", most)
        patch.setattr(best, "INDEXED", bounds[1])
        patch.setattr(best, "RARE", rare)
        patch.setattr(sources, "SHORT_PLACES", bounds[2])
        patch.setattr(sources, "MOST_PATTERNS", patterns)
        patch.setattr(query, "COMMON", bounds[3])
        if words:
            assert {lead.pk for lead in find_records(actor, "lead", search=typed)} == expected
        found = find_best(actor, "lead", typed, limit)
    assert found.more == (len(expected) > limit)
    numbers = [record.pk for record in found.records]
    created = {lead.pk: lead.created_at for lead in leads}
    ranked = sorted(expected, key=lambda pk: (-(places[pk] or 0), created[pk], pk), reverse=True)[:limit]
    # However little is looked at, the best places come first; with enough of it, so do the newest.
    assert [places[pk] for pk in numbers] == [places[pk] for pk in ranked]
    if bounds == BOUNDS[0]:
        assert numbers == ranked
