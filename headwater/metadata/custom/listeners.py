"""What other rooms do when a field is changed: a room registers it when its app starts."""

from collections.abc import Callable

from headwater.metadata.models import CustomField

Listener = Callable[[CustomField, str], None]
SWITCHED = "switched"
"""The field was switched on or off."""
FORMULA = "formula"
"""The field has another formula, or is new and has one."""
SLOT = "slot"
"""A slot is to be filled with the values of the field, or cleared of them."""
UNIQUE = "unique"
"""The values of the field are to be kept unique from now on, or no longer."""

_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Call a function with each changed field and what was changed, in the transaction of the change."""
    _listeners.append(listener)


def announce(row: CustomField, what: str) -> None:
    """Tell everybody what of a field was changed."""
    for listener in _listeners:
        listener(row, what)
