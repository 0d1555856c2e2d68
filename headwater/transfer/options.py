"""What a person says about a file: how to read it and what to do with its rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from django.utils.translation import gettext as _

from headwater.lib.durations import DAY, HOUR, MINUTE, SECOND
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field, ObjectType
from headwater.transfer.columns.dates import pattern_of
from headwater.transfer.errors import BadOptions, OptionError

Mode = Literal["create", "update", "upsert"]
MODES: tuple[str, ...] = get_args(Mode)
DECIMAL_MARKS = ("", ".", ",")
DURATION_UNITS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY}
"""What a bare number in a column of durations can count, and the seconds that one of them has."""


@dataclass(frozen=True)
class Options:
    """The options of an import.

    ``mapping``: column header → field key, "" for a column that is not wanted; None = automatic.
    ``values``: field key → text in the file → what to take for it (an option's key, a user's
    e-mail), None to leave the value out. ``clear_empty``: an empty cell empties the field of a
    record that is updated; otherwise it leaves the field alone. ``create_values``: field key → the
    texts that become options of its list, where ``create_choices`` would add every unknown one.
    """

    mapping: dict[str, str] | None = None
    mode: str = "create"
    match: tuple[str, ...] = ()
    create_choices: bool = False
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    date_format: str = ""
    decimal_mark: str = ""
    duration_unit: str = ""
    values: dict[str, dict[str, str | None]] = field(default_factory=dict)
    clear_empty: bool = False
    create_values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def adds_options(self) -> bool:
        return self.create_choices or any(self.create_values.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"match": list(self.match)}


_TEXTS = {"mode", "encoding", "delimiter", "sheet", "date_format", "decimal_mark", "duration_unit"}
_SWITCHES = {"create_choices", "clear_empty"}


def read_options(entry: ObjectType, given: Mapping[str, Any]) -> Options:
    """Check options as JSON against the object. Raises BadOptions naming every wrong word."""
    errors: list[OptionError] = []
    known = {each.name for each in fields(Options)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            errors.append(OptionError(str(key)[:100], "unknown_option", _("There is no such option.")))
        elif value is not None:
            values[key] = value
    for key in values:
        errors += _check(entry, key, values[key])
    if errors:
        raise BadOptions(errors)
    values["match"] = tuple(values.get("match", ()))
    options = Options(**values)
    errors = _check_together(entry, options)
    if errors:
        raise BadOptions(errors)
    return options


def _check(entry: ObjectType, key: str, value: Any) -> list[OptionError]:
    if key in _TEXTS:
        return _check_text(key, value)
    if key in _SWITCHES:
        return [] if isinstance(value, bool) else [_wrong(key, _("Give true or false."))]
    if key == "header_row":
        good = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return [] if good else [_wrong(key, _("Give the number of the row, the first being 1."))]
    if key == "match":
        if not isinstance(value, (list, tuple)) or not all(isinstance(word, str) for word in value):
            return [_wrong(key, _("Give a list of field keys."))]
        return [error for word in value for error in _check_field(entry, key, word)]
    if key == "mapping":
        return _check_mapping(entry, value)
    if key == "create_values":
        return _check_create_values(entry, value)
    return _check_values(entry, value)


def _check_text(key: str, value: Any) -> list[OptionError]:
    if not isinstance(value, str):
        return [_wrong(key, _("Write this as text."))]
    if key == "mode" and value not in MODES:
        return [_wrong(key, _("“%(word)s” must be create, update or upsert.") % {"word": value[:100]})]
    if key == "decimal_mark" and value not in DECIMAL_MARKS:
        return [_wrong(key, _("The decimal mark is . or ,"))]
    if key == "duration_unit" and value not in ("", *DURATION_UNITS):
        words = {"word": value[:100], "known": ", ".join(DURATION_UNITS)}
        return [_wrong(key, _("“%(word)s” is no unit of time; use one of: %(known)s.") % words)]
    if key == "date_format" and value:
        try:
            pattern_of(value)
        except BadValue as problem:
            return [OptionError(key, problem.code, problem.message)]
    return []


def _check_mapping(entry: ObjectType, value: Any) -> list[OptionError]:
    if not isinstance(value, dict) or not all(
        word is None or isinstance(word, str) for word in value.values()
    ):
        return [_wrong("mapping", _("Give an object of column headers and field keys."))]
    errors = [error for word in value.values() if word for error in _check_field(entry, "mapping", word)]
    wanted = [word for word in value.values() if word]
    for word in sorted({word for word in wanted if wanted.count(word) > 1}):
        message = _("Two columns are mapped to the field “%(word)s”.") % {"word": word}
        errors.append(OptionError("mapping", "duplicate_field", message))
    return errors


def _check_field(entry: ObjectType, option: str, word: str) -> list[OptionError]:
    found = entry.fields.get(word)
    if found is None:
        message = _("“%(word)s” is not a field of %(object)s.") % {"word": word[:100], "object": entry.label}
        return [OptionError(option, "unknown_field", message)]
    if not found.editable:
        message = _("%(field)s is filled in by the system.") % {"field": found.label}
        return [OptionError(option, "read_only", message)]
    if not found.is_importable:
        return [OptionError(option, "not_importable", why_not_imported(found))]
    return []


def why_not_imported(field: Field) -> str:
    """Say why no column of a file can fill a field that people can change."""
    if not field.kind.in_files:
        return _("%(field)s has several parts: choose the fields of its parts.") % {"field": field.label}
    return _("%(field)s holds files, which are not imported from tables.") % {"field": field.label}


def _check_values(entry: ObjectType, value: Any) -> list[OptionError]:
    if not isinstance(value, dict):
        return [_wrong("values", _("Give an object of field keys, each with texts and their values."))]
    errors = []
    for key, table in value.items():
        errors += _check_field(entry, "values", str(key))
        if not isinstance(table, dict) or not all(v is None or isinstance(v, str) for v in table.values()):
            errors.append(_wrong("values", _("Give, for each field, an object of texts and their values.")))
    return errors


def _check_create_values(entry: ObjectType, value: Any) -> list[OptionError]:
    if not isinstance(value, dict):
        return [_wrong("create_values", _("Give an object of field keys, each with a list of texts."))]
    errors = []
    for key, texts in value.items():
        errors += _check_field(entry, "create_values", str(key))
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            errors.append(_wrong("create_values", _("Give, for each field, a list of texts.")))
    return errors


def _check_together(entry: ObjectType, options: Options) -> list[OptionError]:
    if options.mode != "create" and not options.match:
        message = _("Say by which fields records are found: give “match”, such as external_id.")
        return [OptionError("match", "required", message)]
    for key in options.match:
        if entry.fields[key].kind.name in ("multi_choice", "long_text", "boolean"):
            message = _("Records cannot be found by %(field)s.") % {"field": entry.fields[key].label}
            return [OptionError("match", "not_matchable", message)]
    return []


def _wrong(key: str, message: str) -> OptionError:
    return OptionError(key, "bad_value", message)
