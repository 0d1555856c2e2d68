"""Joining phrases."""

from django.utils import translation

from headwater.lib.joining import all_of, any_of


def test_phrases_are_joined_in_their_order() -> None:
    assert all_of([]) == ""
    assert all_of(["100% a"]) == "100% a"
    assert all_of(["100% a", "%(first)s", "c"]) == "100% a and %(first)s and c"
    assert any_of(["a", "b"]) == "a or b"


def test_each_language_has_its_own_words() -> None:
    with translation.override("lv"):
        assert any_of(["Rīga", "Cēsis"]) == "Rīga vai Cēsis"
