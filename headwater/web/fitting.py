"""Controls that are drawn otherwise than the kinds of their fields say, wherever a layout puts them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from headwater.metadata.objects import Label, ObjectType
from headwater.web.controls import Control

# A yes or no whose two answers have names.
_SEGMENTS: dict[tuple[str, str], tuple[Label, Label, Label]] = {
    ("lead", "is_organization"): (
        gettext_lazy("Person"),
        gettext_lazy("Organization"),
        gettext_lazy("Is the lead a person or an organization?"),
    )
}
# What only persons have comes and goes with that answer.
_SHOWN_BY: dict[tuple[str, str], tuple[str, str]] = {
    ("lead", "salutation"): ("is_organization", "false"),
    ("lead", "gender"): ("is_organization", "false"),
}
_WIDE = frozenset({("lead", "is_organization"), ("lead", "organization_name"), ("lead", "job_title")})


def adapt(entry: ObjectType, controls: Mapping[str, Control]) -> None:
    """Fit the controls of one form to each other."""
    for key, control in controls.items():
        place = (entry.name, key)
        control.wide = control.wide or place in _WIDE
        if place in _SEGMENTS:
            no, yes, question = _SEGMENTS[place]
            control.widget, control.label = "segments", str(question)
            control.options = [("false", str(no)), ("true", str(yes))]
        by, value = _SHOWN_BY.get(place, ("", ""))
        if by in controls:
            control.shown_by = f"{by}={value}"
