"""Where rooms above keep words about a record: they register what erasing does there."""

from collections.abc import Callable
from dataclasses import dataclass

from headwater.transfer.erasure.plan import Options, Words
from headwater.transfer.erasure.report import Line


@dataclass(frozen=True)
class Subject:
    """The record whose person is erased."""

    object: str
    record_id: int
    options: Options
    words: Words


Place = Callable[[Subject], list[Line]]

_places: list[Place] = []


def register_place(place: Place) -> None:
    """Let a room erase what it keeps about a record, in the transaction of the erasure."""
    _places.append(place)


def erase_places(subject: Subject) -> list[Line]:
    """Erase in all of them."""
    return [line for place in _places for line in place(subject)]
