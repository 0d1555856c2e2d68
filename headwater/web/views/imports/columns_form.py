"""The form of the columns step: from what was posted to the options of the import."""

from collections import Counter
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.lib.numbers import whole_number
from headwater.metadata.objects import ObjectType
from headwater.transfer import services
from headwater.transfer.errors import BadOptions
from headwater.transfer.models import ImportRun
from headwater.transfer.options import MODES
from headwater.users.actor import Actor
from headwater.web.views.imports.reading import date_formats

TEXTS = ("encoding", "delimiter", "sheet", "date_format", "decimal_mark", "duration_unit")
LAYOUT = ("encoding", "delimiter", "sheet", "header_row")
"""What changes the columns themselves: a mapping made before means nothing afterwards."""

UNMATCHABLE = frozenset({"multi_choice", "long_text", "boolean", "address"})


class ColumnsForm:
    """``options`` are those to be stored; ``chosen`` maps column headers to field keys, "" for none."""

    def __init__(self, entry: ObjectType, run: ImportRun, request: HttpRequest | None = None) -> None:
        self.entry = entry
        self.errors: dict[str, str] = {}
        self.options: dict[str, Any] = dict(run.options)
        self.chosen: dict[str, str] = dict(run.options.get("mapping") or {})
        self.reading_open = False
        self.own_format = self.options["date_format"]
        if self.own_format in dict(date_formats()):
            self.own_format = ""
        self.wants_own_format = bool(self.own_format)
        if request is not None:
            self._read(request)

    def _read(self, request: HttpRequest) -> None:
        post, before = request.POST, dict(self.options)
        for key in TEXTS:
            if key in post:
                self.options[key] = post[key].strip()
        self.reading_open = post.get("reading_open") == "true"
        self.wants_own_format = self.options["date_format"] == "own"
        if self.wants_own_format:
            self.own_format = post.get("date_format_own", "").strip()
            self.options["date_format"] = self.own_format
        self._read_header_row(post.get("header_row", "").strip())
        if any(self.options[key] != before[key] for key in LAYOUT):
            self.chosen = {}
            self.options |= {"mapping": None, "values": {}, "create_values": {}}
        else:
            self._read_mapping(post.getlist("column"), post.getlist("field"), post.get("take", ""))
        self._read_mode(post.get("mode", ""), post.get("match", ""))
        self.options["clear_empty"] = post.get("clear_empty") == "true" and self.options["mode"] != "create"

    def _read_header_row(self, typed: str) -> None:
        row = whole_number(typed, 9)
        if typed and not row:
            self.errors["header_row"] = _("Write the number of the row, the first being 1.")
        self.options["header_row"] = row

    def _read_mapping(self, columns: list[str], fields: list[str], take: str) -> None:
        """``take`` is "<place>:<field>" when the button of a proposal sent the form."""
        if not columns or len(columns) != len(fields):
            return
        place, _colon, key = take.partition(":")
        at = whole_number(place, 9)
        if key and at is not None and at < len(fields):
            fields = [*fields[:at], key, *fields[at + 1 :]]
        self.chosen = dict(zip(columns, fields, strict=True))
        self.options["mapping"] = self.chosen

    def _read_mode(self, mode: str, match: str) -> None:
        self.options["mode"] = mode if mode in MODES else "create"
        if self.options["mode"] == "create":
            self.options["match"] = []
            return
        self.options["match"] = match.split(",") if match else list(self.usual_match())

    def usual_match(self) -> tuple[str, ...]:
        """Return the first usual way of finding records for which there are columns."""
        mapped = set(self.chosen.values())
        return next((keys for keys in self.entry.match_keys if mapped.issuperset(keys)), ())

    def match_choices(self) -> list[tuple[str, str]]:
        """Return the fields records can be found by, the usual ones first."""
        usual = [keys for keys in self.entry.match_keys if all(key in self.entry.fields for key in keys)]
        others = [
            (key,) for key in self.chosen.values() if key and self._can_match(key) and (key,) not in usual
        ]
        labels = [
            (",".join(keys), " + ".join(str(self.entry.fields[key].label) for key in keys)) for keys in usual
        ]
        return labels + [(key, str(self.entry.fields[key].label)) for (key,) in others]

    def _can_match(self, key: str) -> bool:
        return key in self.entry.fields and self.entry.fields[key].kind.name not in UNMATCHABLE

    def repeated(self) -> set[str]:
        """Return the fields into which more than one column is to go."""
        return {key for key, times in Counter(self.chosen.values()).items() if key and times > 1}

    def save(self, actor: Actor, run: ImportRun) -> ImportRun:
        """Store the options; what is wrong with them goes into ``errors`` and nothing is stored."""
        if self.errors:
            return run
        try:
            return services.configure(actor, run.pk, self.options)
        except BadOptions as problem:
            self.errors |= {error.field: error.message for error in problem.errors}
            return run

    def check_complete(self) -> None:
        """Note what is still missing before the next step."""
        if self.wants_own_format and not self.own_format:
            self.errors["date_format"] = _("Write the format, such as DD.MM.YY.")
        mapped = set(self.chosen.values()) - {""}
        if not mapped:
            self.errors["mapping"] = _("No column goes into a field yet. Choose at least one.")
        missing = [key for key in self.options["match"] if key not in mapped]
        if missing and "match" not in self.errors:
            labels = ", ".join(
                str(self.entry.fields[key].label) for key in missing if key in self.entry.fields
            )
            message = _(
                "No column goes into %(fields)s. Choose one above, or find the records by another field."
            )
            self.errors["match"] = message % {"fields": labels}
