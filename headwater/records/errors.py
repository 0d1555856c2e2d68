"""Why a door did not open."""

from dataclasses import dataclass
from typing import Any

from headwater.access.errors import Forbidden

__all__ = ["FieldError", "Forbidden", "Invalid", "NotFound", "Stale"]


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; ``field`` is empty for the record as a whole."""

    field: str
    code: str
    message: str


class Invalid(Exception):
    """The values cannot be saved; nothing was written."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors = errors

    @property
    def by_field(self) -> dict[str, str]:
        """What is wrong with each field, as forms say it beside their controls."""
        return {error.field: error.message for error in self.errors}

    @property
    def messages(self) -> list[str]:
        """What is wrong, each thing once."""
        return list(dict.fromkeys(error.message for error in self.errors))


class NotFound(LookupError):
    """No such record, or none that the actor may reach: the two are never told apart."""

    def __init__(self, object_name: str, pk: Any) -> None:
        super().__init__(f"{object_name} {pk}")
        self.object_name, self.pk = object_name, pk


class Stale(Exception):
    """Somebody saved the record meanwhile. ``current`` is what is stored now."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"version {current.version}")
        self.current = current
