"""Ordinary e-mail addresses are known at a glance; the validator, which is asked about others, agrees."""

from django.core.validators import EmailValidator
from hypothesis import given
from hypothesis import strategies as st

from headwater.metadata.kinds.text import ORDINARY_EMAIL


@given(st.from_regex(ORDINARY_EMAIL, fullmatch=True).filter(lambda typed: len(typed) <= 320))
def test_what_looks_ordinary_is_an_address(typed: str) -> None:
    EmailValidator()(typed)
