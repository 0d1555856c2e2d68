"""Texts are folded word by word, and what comes of it is what folding them whole would give."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.numbers import ascii_digits
from headwater.lib.text import fold, plain_letters
from headwater.records.search.signs import LETTERS, SIGNS, _with_letters
from headwater.records.search.text import words_of

# Spaces of all sorts, marks alone, letters that fold into several or into a space, other digits.
HARD = " \t\u00a0\u3000\u200b\u00ad\u00b4\u0301\u037a\u0e33\u0e4d\u0e32\u17b6\u17c6ßŁøéÉĶ\ufdfaａ１๑២²"


def folded_whole(typed: str) -> list[str]:
    seen = "".join(char for char in typed.replace("\x00", " ") if unicodedata.category(char) != "Cf")
    return ascii_digits(plain_letters(fold(seen))).split()


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(HARD), max_size=40))
def test_words_are_those_of_the_whole_text(typed: str) -> None:
    assert words_of(typed) == folded_whole(typed)


@given(st.text(st.sampled_from(f"{SIGNS} abcāžสมស្រី\ud800"), max_size=40))
def test_signs_become_letters_one_by_one(folded: str) -> None:
    letter_of = dict(zip(SIGNS, LETTERS, strict=True))
    assert _with_letters(folded) == "".join(letter_of.get(char, char) for char in folded)
