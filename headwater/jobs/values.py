"""What a job's row can hold, the same on both databases."""

import json
import re
from typing import Any

from django_tasks.utils import normalize_json

# an escaped NUL, not an escaped backslash before the text "u0000"
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def clean_json(value: Any) -> Any:
    """Return the value as plain JSON types; raises TypeError or ValueError when it has no such form.

    Refuses what PostgreSQL cannot store: NUL, half surrogates, numbers that are not finite.
    """
    value = normalize_json(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    if NUL.search(text):
        raise ValueError("A text with a NUL character cannot be stored.")
    return value


def clean_text(text: str) -> str:
    """Return the text without what PostgreSQL cannot store."""
    return text.encode(errors="replace").decode().replace("\x00", "")
