"""Custom fields in records as JSON: under their keys inside ``custom``."""

from typing import Any

from django.utils.translation import gettext as _

from headwater.api.problems import wrong
from headwater.metadata.custom.definitions import PREFIX
from headwater.metadata.custom.stored import CUSTOM

Values = dict[str, Any]


def flat(values: Values) -> Values:
    """Return values to be written with those of custom fields beside the others. Raises a problem."""
    if CUSTOM not in values:
        return values
    inner = values[CUSTOM]
    if not isinstance(inner, dict):
        message = _("“custom” holds the values of custom fields by their keys.")
        raise wrong(CUSTOM, "not_object", message)
    return {key: value for key, value in values.items() if key != CUSTOM} | inner


def nested(values: Values) -> Values:
    """Return values by field key with those of custom fields inside ``custom``."""
    inner = {key: value for key, value in values.items() if key.startswith(PREFIX)}
    if not inner:
        return values
    return {key: value for key, value in values.items() if key not in inner} | {CUSTOM: inner}
