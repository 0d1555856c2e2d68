"""What is said of stored files."""

from datetime import datetime
from typing import Any

from ninja import Schema


class StoredFile(Schema):
    """A file; ``record`` is null before it is put onto one."""

    id: int
    name: str
    size: int
    type: str
    url: str
    sha256: str
    uploaded_at: datetime
    object: str
    field: str
    record: int | None


FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["file", "field"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The file."},
                        "field": {
                            "type": "string",
                            "description": "The key of the field that it is for, such as `cf_contract`.",
                        },
                    },
                }
            }
        },
    }
}
