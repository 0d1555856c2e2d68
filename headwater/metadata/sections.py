"""Sections of a record's page and form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True)
class Section:
    """Fields that stand together. ``key`` is what addresses and layouts know it by, and never changes.

    ``name`` and ``names`` (by language) are what an administrator typed; a shipped section that
    nobody renamed has none.
    """

    key: str
    label: str | Promise
    fields: tuple[str, ...]
    columns: int = 2
    name: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
