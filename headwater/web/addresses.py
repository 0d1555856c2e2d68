"""Addresses of pages by name."""

from functools import lru_cache
from typing import Any

from django.urls import reverse


@lru_cache(maxsize=2048)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a named page. A page asks for dozens, and for the same ones as the last."""
    return reverse(name, args=args or None, kwargs=kwargs or None)
