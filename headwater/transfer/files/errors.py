"""Why a file, or how it is to be read, is refused."""


class FileProblem(Exception):
    """The whole file cannot be read. ``code`` is stable; the message tells the person what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
