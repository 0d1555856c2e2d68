"""A definition that means nothing."""

from headwater.metadata.errors import Problem


class DefinitionError(ValueError):
    """Words of a definition that cannot be understood; every one is named.

    ``problems`` point into the JSON: ``rows.0.field``, ``where.all.1.op``.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
