"""The colors of states: names that the style sheet knows."""

from django.utils.translation import gettext_lazy as _

COLORS = (
    ("", _("Gray")),
    ("blue", _("Blue")),
    ("azure", _("Azure")),
    ("cyan", _("Cyan")),
    ("teal", _("Teal")),
    ("green", _("Green")),
    ("lime", _("Lime")),
    ("yellow", _("Yellow")),
    ("orange", _("Orange")),
    ("red", _("Red")),
    ("pink", _("Pink")),
    ("purple", _("Purple")),
    ("indigo", _("Indigo")),
)
