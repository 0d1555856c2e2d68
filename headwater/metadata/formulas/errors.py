"""What is wrong with a formula, and where."""

from django.utils.translation import gettext as _


class FormulaError(ValueError):
    """A formula that means nothing. ``position`` counts characters from 0; ``message`` names it from 1."""

    def __init__(self, position: int, message: str) -> None:
        self.position = position
        text = _("At character %(place)d: %(problem)s")
        self.message = text % {"place": position + 1, "problem": message}
        super().__init__(self.message)
