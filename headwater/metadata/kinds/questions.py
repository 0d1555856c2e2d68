"""What a filter can ask of the reader and a record together, such as whether she follows it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Q

from headwater.metadata.kinds.base import Kind

if TYPE_CHECKING:
    from headwater.metadata.context import FilterContext


class QuestionKind(Kind):
    """Yes or no; there is no value to show, sort or group by.

    ``condition`` gives the SQL for the ORM lookup that leads to the record's number: never NULL where the
    record is there.
    """

    name = "question"
    operators: ClassVar[tuple[str, ...]] = ("is_true", "is_false")
    sortable = False
    groupable = False

    def __init__(self, condition: "Callable[[str, FilterContext], Q]") -> None:
        self.condition = condition
