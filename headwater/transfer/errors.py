"""Why the transfer room refuses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OptionError:
    """One wrong word of a request: ``field`` is the option, ``message`` names the word."""

    field: str
    code: str
    message: str


class BadOptions(ValueError):
    """The options of an import mean nothing for this object or file."""

    def __init__(self, errors: list[OptionError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class WrongState(Exception):
    """The import or change set is not in a state in which this can be done."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state
        self.message = message
