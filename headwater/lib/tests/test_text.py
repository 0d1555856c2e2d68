import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.text import KEY_LENGTH, fold, normalize, slug_key, unique_key


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Web form", "web_form"),
        ("  Do Not Contact ", "do_not_contact"),
        ("Ķekavas novads", "kekavas_novads"),
        ("Straße / Łódź", "strasse_lodz"),
        ("A&B (2nd)", "a_b_2nd"),
    ],
)
def test_latin_labels_become_snake_case(label: str, key: str) -> None:
    assert slug_key(label) == key


@pytest.mark.parametrize(
    ("one", "other"), [("เว็บไซต์", "เว็บไซด์"), ("ក្រុមហ៊ុន", "ក្រុម"), ("Facebook เพจ", "Facebook")]
)
def test_other_scripts_give_distinct_ascii_keys(one: str, other: str) -> None:
    assert slug_key(one) == slug_key(f" {one} ")
    assert slug_key(one) != slug_key(other)
    assert re.fullmatch(r"[a-z0-9_]+", slug_key(one))


@given(st.text(max_size=200))
def test_every_label_has_a_short_ascii_key(label: str) -> None:
    key = slug_key(label)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_]*", key)
    assert len(key) <= KEY_LENGTH
    assert key == slug_key(fold(label))


@given(st.text(max_size=80), st.integers(1, 12))
def test_unique_keys_never_repeat(label: str, count: int) -> None:
    taken: set[str] = set()
    for _ in range(count):
        key = unique_key(label, taken)
        assert key not in taken
        assert len(key) <= KEY_LENGTH
        taken.add(key)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_ignores_case_width_and_spacing() -> None:
    assert fold("  ＡＢＣ\u00a0 Straße ") == "abc strasse"


def test_normalizing_keeps_case() -> None:
    assert normalize(" E\u0301cole ") == "École"
