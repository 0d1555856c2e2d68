"""Shipped reports: definitions in files, finished and correct as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise

from headwater.metadata import reading
from headwater.reports.definition import Definition, DefinitionError, parse_definition


@dataclass(frozen=True)
class Preset:
    """A shipped report. ``key`` names it for ever; ``group`` and ``label`` are its place in the catalog."""

    key: str
    object_name: str
    group: str | Promise
    label: str | Promise
    description: str | Promise
    data: Mapping[str, Any]

    def definition(self) -> Definition:
        """Return the definition, checked against the dictionary of now."""
        return parse_definition(self.data)

    @property
    def is_open(self) -> bool:
        """Whether the present reader has every field that the report is made of."""
        if reading.current() is None:
            return True
        try:
            self.definition()
        except DefinitionError:
            return False
        return True

    def to_json(self) -> dict[str, Any]:
        """Return the catalog's entry with the definition a designer opens."""
        return {
            "key": self.key,
            "group": str(self.group),
            "label": str(self.label),
            "description": str(self.description),
            "definition": dict(self.data),
        }


_presets: dict[str, Preset] = {}


def register_preset(
    file: Path, *, group: str | Promise, label: str | Promise, description: str | Promise
) -> None:
    """Add a shipped report from its file; the file's word ``preset`` is its key."""
    data = json.loads(file.read_text())
    _presets[data["preset"]] = Preset(data["preset"], data["root"], group, label, description, data)


def presets() -> list[Preset]:
    """Return every shipped report."""
    return [preset for preset in _presets.values() if preset.is_open]


def presets_of(object_name: str) -> list[Preset]:
    """Return the shipped reports of an object."""
    return [preset for preset in presets() if preset.object_name == object_name]


def find_preset(key: str) -> Preset | None:
    """Return a shipped report by its key, such as ``<object>.conversion``."""
    return _presets.get(key)
