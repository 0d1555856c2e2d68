"""What is sealed is read with this installation's keys only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.sealing import Unreadable, seal, unseal


@given(st.text())
def test_what_was_sealed_comes_back(text):
    assert unseal(seal(text)) == text


def test_the_seal_shows_nothing_and_is_never_the_same():
    assert "JBSWY3DP" not in seal("JBSWY3DP")
    assert seal("JBSWY3DP") != seal("JBSWY3DP")


@pytest.mark.attack(47)
def test_another_key_opens_nothing_until_it_is_named_as_an_old_one(settings):
    before = settings.SECRET_KEY
    closed = seal("JBSWY3DP")
    settings.SECRET_KEY = "another-key-of-this-installation-" * 2
    with pytest.raises(Unreadable):
        unseal(closed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert unseal(closed) == "JBSWY3DP"


@pytest.mark.parametrize("text", ["", "JBSWY3DP", "gAAAA", "ក"])
def test_what_was_never_sealed_is_unreadable(text):
    with pytest.raises(Unreadable):
        unseal(text)
