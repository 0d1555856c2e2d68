"""What happens to those who may not."""


class Forbidden(Exception):
    """The actor lacks a right on a whole object; a record one may not see is simply not found."""

    def __init__(self, action: str, object_name: str = "") -> None:
        super().__init__(f"{action} {object_name}".strip())
        self.action, self.object_name = action, object_name
