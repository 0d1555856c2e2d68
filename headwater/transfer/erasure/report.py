"""What an erasure does, place by place: data that the rehearsal and the result share, and its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.metadata import reading
from headwater.metadata.objects import ObjectType

ERASED, KEPT = "erased", "kept"
MOST_NAMED = 50


@dataclass
class Line:
    """One place: how many things of it were, or stay. ``fields`` and ``records`` name some of them."""

    place: str
    outcome: str
    count: int = 0
    fields: list[str] = field(default_factory=list)
    records: list[tuple[str, int]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        named = {"fields": self.fields, "records": [list(each) for each in self.records[:MOST_NAMED]]}
        found = {"place": self.place, "outcome": self.outcome, "count": self.count}
        return found | {key: value for key, value in named.items() if value}


def erased(place: str, count: int, **more: Any) -> list[Line]:
    """Return the line of a place where something is erased; none where there is nothing."""
    return [Line(place, ERASED, count, **more)] if count else []


def sentence(entry: ObjectType, line: dict[str, Any]) -> str:
    """Say a line in words. Fields that the reader does not have are counted and not named."""
    n = line["count"]
    match line["place"]:
        case "fields" | "kept_fields":
            return _named(entry, line["fields"])
        case "search":
            return _("What search finds the record by")
        case "history":
            said = ngettext("What %(n)d entry of history says", "What %(n)d entries of history say", n)
        case "records":
            said = ngettext(
                "Name, e-mail and numbers in %(n)d other record",
                "Name, e-mail and numbers in %(n)d other records",
                n,
            )
        case "texts":
            said = ngettext(
                "The same in %(n)d other place: views, reports, mails, background work",
                "The same in %(n)d other places: views, reports, mails, background work",
                n,
            )
        case "disclosures":
            said = ngettext(
                "What %(n)d line of “Who saw what” asked for",
                "What %(n)d lines of “Who saw what” asked for",
                n,
            )
        case "imports":
            said = ngettext(
                "%(n)d import file, as a whole, with the list of its failed rows",
                "%(n)d import files, as a whole, with the lists of their failed rows",
                n,
            )
        case other:
            return _things(other, n) or _KEPT[other]()
    return said % {"n": n}


def _things(place: str, n: int) -> str:
    """Say how many single things went of a place."""
    said = ""
    match place:
        case "comments":
            said = ngettext(
                "The words of %(n)d comment or logged event",
                "The words of %(n)d comments and logged events",
                n,
            )
        case "files":
            said = ngettext("%(n)d file that was put onto it", "%(n)d files that were put onto it", n)
        case "mail_files":
            said = ngettext("%(n)d mail that lies as a file", "%(n)d mails that lie as files", n)
    return said and said % {"n": n}


def seen_fields(entry: ObjectType, line: dict[str, Any]) -> list[str]:
    """Return the fields that a line names, without those that the reader does not have."""
    hidden = reading.hidden_of(entry.name)
    return [key for key in line.get("fields", []) if key not in hidden]


def _named(entry: ObjectType, keys: Sequence[str]) -> str:
    hidden = reading.hidden_of(entry.name)
    seen = [key for key in keys if key not in hidden]
    words = [str(entry.fields[key].label) if key in entry.fields else key for key in seen]
    if rest := len(keys) - len(seen):
        text = ngettext("%(n)d field that you do not have", "%(n)d fields that you do not have", rest)
        words.append(text % {"n": rest})
    return ", ".join(words)


_KEPT = {
    "record": lambda: _(
        "The record itself, without its person: it still counts in reports, with status, amounts and dates."
    ),
    "facts": lambda: _("That something was done, by whom and when: history stays whole and can be checked."),
    "disclosure_rows": lambda: _(
        "That records were disclosed, when and to whom: this has to be known afterwards."
    ),
    "words": lambda: _("Single words in the word list of search, which say nothing of whose they are."),
    "accounts": lambda: _("Accounts of people who work here, even where the name or e-mail is the same."),
    "other_files": lambda: _("What stands in files of other records: nobody looks into files."),
    "elsewhere": lambda: _("What other records and settings say of the person: it was not asked for."),
    "comment_words": lambda: _(
        "Comments and logged events on the record, but for the person's name, e-mail and numbers."
    ),
    "comments_whole": lambda: _("Comments and logged events on the record: it was not asked for."),
    "outside": lambda: _(
        "Files that people have downloaded and mails that were sent: these are out of reach."
    ),
    "backups": lambda: _("Backups: erase again after restoring one from before."),
}


def kept(*places: str) -> list[Line]:
    """Return lines of what stays, and why."""
    return [Line(place, KEPT) for place in places]


def by_outcome(lines: Sequence[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    """Return the lines of an outcome."""
    return [line for line in lines if line["outcome"] == outcome]
