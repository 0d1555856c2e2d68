"""A stored file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from headwater.lib import collation, text
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.base import Kind
from headwater.metadata.kinds.relations import clean_id

if TYPE_CHECKING:
    from headwater.metadata.objects import Field


@dataclass(frozen=True)
class FileValue:
    """One stored file as records and history hold it: its number, and what is said of it without asking.

    What a file is called and how large it is never changes, so that it can stand here too.
    """

    number: int
    name: str = ""
    size: int = 0
    media_type: str = ""

    def __str__(self) -> str:
        return self.name


class FileKind(Kind):
    """One file; the doors check that the writer may put it onto this record (``records.stored_files``).

    It is searched, filtered and sorted by its name.
    """

    name = "file"
    operators = ("contains", "not_contains", "starts", "ends", "empty", "not_empty")
    groupable = False
    of_one_record = True

    def clean(self, raw: Any, field: "Field") -> FileValue | None:
        if isinstance(raw, FileValue):
            return raw
        try:
            number = clean_id(raw)
        except BadValue:
            message = _("Give the number of a file that you uploaded.")
            raise BadValue("not_file", message) from None
        return None if number is None else FileValue(number)

    def empty_value(self, field: "Field") -> None:
        return None

    def to_json(self, value: Any) -> Any:
        if value is None:
            return None
        return {"id": value.number, "name": value.name, "size": value.size, "type": value.media_type}

    def from_json(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return None
        return FileValue(value["id"], value["name"], value["size"], value["type"])

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        name = "" if value is None else value.name
        return {f"{field.attname}_fold": text.fold(name), f"{field.attname}_sort": collation.sort_key(name)}
