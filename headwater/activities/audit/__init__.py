"""The audit: everything that happened, and who saw what, for administrators."""

from headwater.activities.audit.lines import Line, lines_of
from headwater.activities.audit.reading import (
    Question,
    find_disclosures,
    find_entries,
    find_failed_sign_ins,
    object_labels,
    page_lines,
    read_question,
    verb_labels,
)

__all__ = [
    "Line",
    "Question",
    "find_disclosures",
    "find_entries",
    "find_failed_sign_ins",
    "lines_of",
    "object_labels",
    "page_lines",
    "read_question",
    "verb_labels",
]
