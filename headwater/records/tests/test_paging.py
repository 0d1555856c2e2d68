"""Pages: a total order at any depth, merged or not, equal to sorting everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.metadata.errors import FilterError
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


def walk(actor, **options):
    """Read page after page; return the numbers in order."""
    numbers, after = [], None
    while True:
        page = page_records(actor, "lead", after=after, **options)
        numbers += [record.pk for record in page.items]
        after = page.next
        if after is None:
            return numbers


@pytest.fixture
def company(make_user, north, south, administrator):
    people = [make_user("anna", team=north), make_user("boris", team=north), make_user("carla", team=south)]
    for number in range(23):
        make_lead(
            people[number % 3],
            first_name=("Éva", "eva", "Zoe", "ādams", "สมชาย")[number % 5],
            last_name="",
            value=None if number % 4 == 0 else number % 3,
            created_at=f"2026-01-{1 + number % 7:02}",
        )
    return people


@settings(max_examples=25)
@given(
    sort=st.sampled_from(
        [
            ("-created_at",),
            ("name",),
            ("-name", "value"),
            ("value",),
            ("-value", "created_at"),
            ("status", "-name"),
        ]
    ),
    limit=st.integers(1, 9),
    reader=st.integers(0, 2),
)
@pytest.mark.django_db(transaction=False)
def test_pages_put_together_are_the_whole_list(company, sort, limit, reader):
    actor = Actor(company[reader])
    everything = set(find_records(actor, "lead").values_list("pk", flat=True))
    paged = walk(actor, sort=sort, limit=limit)
    assert len(paged) == len(set(paged))
    assert set(paged) == everything
    assert paged == walk(actor, sort=sort, limit=500)


def test_empty_values_come_last_either_way(company):
    for sort in ("value", "-value"):
        page = page_records(Actor(company[0]), "lead", sort=(sort,), limit=100)
        empty = [record.value is None for record in page.items]
        assert True in empty
        assert empty == sorted(empty)


def test_a_cursor_belongs_to_its_order(company):
    actor = Actor(company[0])
    cursor = page_records(actor, "lead", sort=("name",), limit=2).next
    assert cursor is not None
    for broken in (cursor, "x", "", "AAAA", cursor[:-3]):
        with pytest.raises(FilterError):
            page_records(actor, "lead", sort=("-created_at",), after=broken)


def test_what_cannot_be_sorted_by_is_named(company):
    for word in ("planet", "labels", "owner.password", "owner__password", "-"):
        with pytest.raises(FilterError) as refused:
            page_records(Actor(company[0]), "lead", sort=(word,))
        assert refused.value.problems[0].code == "unknown_sort"


def test_counting_stops_unless_asked(company, monkeypatch):
    monkeypatch.setattr("headwater.records.paging.COUNT_CAP", 5)
    capped = page_records(Actor(company[0]), "lead")
    assert (capped.count, capped.count_exact) == (5, False)
    exact = page_records(Actor(company[0]), "lead", exact_count=True)
    assert (exact.count, exact.count_exact) == (16, True)


@pytest.mark.parametrize("sort", ["name", "-created_at"])
def test_a_filter_that_finds_nothing_gives_an_empty_page(company, sort):
    page = page_records(Actor(company[0]), "lead", filter={"any": []}, sort=(sort,))
    assert (page.items, page.next, page.count) == ([], None, 0)


def test_pages_by_name_follow_the_alphabets_of_the_languages(administrator):
    names = [
        "Ābele", "Cimze", "Čaks", "Kalns", "Ķekava", "Žagars",
        "กมล", "เกษม", "แก้ว", "ไกร", "ขวัญ", "เจริญ",
        "កា", "កោះ", "កាំ", "ក្រុង", "ខែ", "រតនា", "ឫទ្ធី", "លី",
    ]  # fmt: skip
    made = {}
    for name in sorted(names):
        made[name] = make_lead(administrator, first_name=name, last_name="", gender="").pk
    expected = [made[name] for name in names]
    assert walk(Actor(administrator), sort=("name",), limit=3) == expected
    assert walk(Actor(administrator), sort=("-name",), limit=7) == expected[::-1]
