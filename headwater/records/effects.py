"""What a business room adds to the writing of its objects.

A room registers one function per object; both writing doors call it inside the transaction,
with everything written. So an opportunity made by a form, by the API or by an import has the
same consequences for its lead.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from headwater.history.services import Changes
from headwater.records.models import Record
from headwater.users.actor import Actor


class Write(NamedTuple):
    """One record as written: ``changes`` holds the fields that changed, in their JSON form."""

    record: Record
    verb: str
    changes: Changes


Effect = Callable[[Actor, Sequence[Write]], None]

_effects: dict[str, list[Effect]] = {}
_of_every_object: list[Effect] = []


def on_write(object_name: str, effect: Effect) -> None:
    """Register a consequence of writing an object; it runs in the writer's transaction."""
    _effects.setdefault(object_name, []).append(effect)


def on_every_write(effect: Effect) -> None:
    """Register a consequence of writing any object, which follows those of the object itself."""
    _of_every_object.append(effect)


def run_effects(actor: Actor, object_name: str, writes: Sequence[Write]) -> None:
    """Run the consequences of what was just written."""
    if writes:
        for effect in (*_effects.get(object_name, ()), *_of_every_object):
            effect(actor, writes)
