"""What can be wrong with a value, a path or a filter."""

from dataclasses import dataclass


class BadValue(ValueError):
    """A value that its field kind refuses. ``code`` is stable; the message tells the person what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UnknownObject(LookupError):
    """No object of this name is in the dictionary."""


class UnknownField(LookupError):
    """A path names a field that does not exist or that must not be reached this way."""

    def __init__(self, object_name: str, path: str, word: str) -> None:
        super().__init__(f"{object_name} has no field {word!r}")
        self.object_name, self.path, self.word = object_name, path, word


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a filter or definition: ``at`` points into the JSON, like ``all.0.op``."""

    at: str
    code: str
    message: str


class FilterError(ValueError):
    """A filter that cannot be understood; every problem is named."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


class NotInMemory(Exception):
    """Only a record's own plain fields can be judged without the database."""


class BadDefinition(ValueError):
    """A field that cannot be made like this; every problem is named."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
