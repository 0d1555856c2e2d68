"""Who acts, and through which door."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from headwater.users.models import User

Door = Literal["ui", "api", "import", "automation", "system"]


@dataclass(frozen=True)
class Actor:
    """The person behind a call, and the door it came through.

    ``user`` is None only for the system itself (a job that no person started), which sees
    everything. ``change_set_id`` marks the writes of one large, undoable action.
    ``memo`` holds what was worked out for this actor during one request, such as the owners
    she may see; it must not outlive the request. ``only`` are the objects that her key reaches, each with
    ``read`` or ``write``; None where the key reaches all that she does.
    """

    user: User | None
    door: Door = "ui"
    change_set_id: int | None = None
    import_number: int | None = None
    only: tuple[tuple[str, str], ...] | None = None
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def is_system(self) -> bool:
        return self.user is None

    def through(
        self, door: Door, change_set_id: int | None = None, import_number: int | None = None
    ) -> "Actor":
        """Return the same person acting through another door."""
        return replace(self, door=door, change_set_id=change_set_id, import_number=import_number)


SYSTEM = Actor(user=None, door="system")
