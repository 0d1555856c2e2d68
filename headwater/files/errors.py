"""Why a file is not taken."""


class Refused(ValueError):
    """A file that cannot be stored; ``message`` says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
