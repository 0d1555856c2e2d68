"""What only a person can decide about the values of a file."""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from headwater.access.rights import is_administrator
from headwater.lib import formats
from headwater.lib.collation import sort_key
from headwater.lib.numbers import parse_decimal
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field
from headwater.transfer import services
from headwater.transfer.columns import dates
from headwater.transfer.columns.readers import duration_reader
from headwater.transfer.columns.survey import DATES, DURATIONS
from headwater.transfer.models import ImportRun
from headwater.transfer.options import Options
from headwater.transfer.previews import FormatReview, ReviewedText, ValueReview
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.web.views.imports.reading import duration_units

MOST_SHOWN = 100
"""Unknown texts of one column that are asked for one by one."""
MOST_OPTIONS = 60
"""Options offered in a plain list; of longer lists the label is typed."""

FAIL, LEAVE, CREATE, TYPE, TO = "fail", "leave", "create", "type", "to:"
"""The answers for an unknown text; ``to:`` is followed by what to take for it."""


@dataclass(frozen=True)
class OpenText:
    """A text nobody knows: how often it stands in the file, what was answered, and what resembles it."""

    text: str
    count: int
    answer: str
    typed: str = ""
    hint: str = ""

    @property
    def key(self) -> str:
        """A short name for the form, in which the text itself would not come back unchanged."""
        return blake2b(self.text.encode(), digest_size=8).hexdigest()


@dataclass
class ValueQuestion:
    """The unknown texts of one column. ``targets`` are the values they can be mapped to."""

    field: Field
    column: str
    open: list[OpenText]
    known: list[ReviewedText]
    targets: list[tuple[str, str]]
    may_create: bool

    @property
    def shown(self) -> list[OpenText]:
        return self.open[:MOST_SHOWN]

    @property
    def rest(self) -> list[OpenText]:
        return self.open[MOST_SHOWN:]

    @property
    def is_typed(self) -> bool:
        return len(self.targets) > MOST_OPTIONS

    @property
    def rest_answer(self) -> str:
        answers = {each.answer for each in self.rest}
        return answers.pop() if len(answers) == 1 else FAIL

    @cached_property
    def open_rows(self) -> int:
        return sum(each.count for each in self.open)

    def target_of(self, typed: str) -> str:
        """Return the value a person typed the name of; empty when there is none."""
        word = " ".join(typed.split()).casefold()
        return next(
            (value for value, label in self.targets if word in (value.casefold(), label.casefold())), ""
        )


@dataclass(frozen=True)
class FormatQuestion:
    """A format that has to be told: ``choices`` are (value, label, how the first sample would be read)."""

    name: str
    answer: str
    columns: list[FormatReview]
    choices: list[tuple[str, str, str]]

    @property
    def samples(self) -> list[str]:
        return [sample for column in self.columns for sample in column.samples][:4]


@dataclass(frozen=True)
class Questions:
    rows: int
    values: list[ValueQuestion]
    dates: FormatQuestion | None
    numbers: FormatQuestion | None
    durations: FormatQuestion | None
    settled: list[tuple[FormatReview, str]]

    @property
    def is_open(self) -> bool:
        """Whether anything has no answer yet."""
        told = all(question.answer for question in self.formats)
        return not told or any(text.answer == FAIL for question in self.values for text in question.open)

    @property
    def formats(self) -> list[FormatQuestion]:
        return [question for question in (self.dates, self.numbers, self.durations) if question]

    @property
    def open_texts(self) -> int:
        return sum(len(question.open) for question in self.values)


def find_questions(actor: Actor, run: ImportRun) -> Questions:
    """Read the whole file and return what is not clear. Raises FileProblem and BadOptions."""
    options = Options(**(run.options | {"match": tuple(run.options["match"])}))
    facts, values, columns = services.review_values(actor, run.pk)
    unclear = [column for column in columns if column.unclear and not column.proven]
    of_dates = [column for column in unclear if column.field.kind.name in DATES]
    of_durations = [column for column in unclear if column.field.kind.name in DURATIONS]
    of_numbers = [column for column in unclear if column not in of_dates + of_durations]
    settled = [(column, _settled(column, options)) for column in columns]
    return Questions(
        rows=facts.rows,
        values=[_value_question(actor, review, options) for review in values],
        dates=_about_dates(of_dates, options.date_format),
        numbers=_about_numbers(of_numbers, options.decimal_mark),
        durations=_about_durations(of_durations, options),
        settled=[(column, words) for column, words in settled if words],
    )


def _value_question(actor: Actor, review: ValueReview, options: Options) -> ValueQuestion:
    field = review.field
    told = options.values.get(field.key, {})
    created = set(options.create_values.get(field.key, []))
    targets = _targets(field)
    found: list[OpenText] = []
    known: list[ReviewedText] = []
    for each in review.texts:
        if each.code in ("", "new") and each.text not in told and each.text not in created:
            known.append(each)
        else:
            found.append(_open(each, told, created, targets))
    may_create = field.choice_list is not None and is_administrator(actor)
    return ValueQuestion(field, review.column, found, known, targets, may_create)


def _open(
    each: ReviewedText, told: dict[str, Any], created: set[str], targets: list[tuple[str, str]]
) -> OpenText:
    hint = "" if each.code in ("", "new", "left_out", "unknown_choice", "unknown_user") else each.message
    if each.text in created:
        return OpenText(each.text, each.count, CREATE, hint=hint)
    if each.text not in told:
        return OpenText(each.text, each.count, FAIL, hint=hint)
    target = told[each.text]
    if target is None:
        return OpenText(each.text, each.count, LEAVE, hint=hint)
    return OpenText(each.text, each.count, f"{TO}{target}", dict(targets).get(target, target), hint)


def _targets(field: Field) -> list[tuple[str, str]]:
    """Return the values that a text can be mapped to, as (value, label)."""
    match field.kind.name:
        case "user":
            people = User.objects.filter(is_active=True).values_list("name", "email")
            known = sorted(people, key=lambda person: (sort_key(person[0]), person[1]))
            return [(email, f"{name} ({email})") for name, email in known]
        case "boolean":
            return [("true", _("Yes")), ("false", _("No"))]
        case _:
            return [(choice.key, str(choice.label)) for choice in field.choices() if choice.active]


def _settled(column: FormatReview, options: Options) -> str:
    """Say how dates or numbers are read where the file itself, or a person, has told."""
    kind = column.field.kind.name
    chosen = options.date_format if kind in DATES else options.decimal_mark
    if kind in DURATIONS:
        chosen = options.duration_unit
    words = {
        "dmy": _("day, month, year"),
        "mdy": _("month, day, year"),
        "ymd": _("year, month, day"),
        ".": _("decimal point"),
        ",": _("decimal comma"),
        **duration_units(),
    }
    if chosen:
        return _("Read as you said: %(format)s") % {"format": words.get(chosen, chosen)}
    if column.proven and column.unclear:
        return _("Other cells of the column prove: %(format)s") % {"format": words[column.proven]}
    return ""


def _about_dates(columns: list[FormatReview], answer: str) -> FormatQuestion | None:
    if not columns:
        return None
    choices = _date_choices(columns)
    if answer and answer not in [value for value, _label, _example in choices]:
        choices.append((answer, answer, _date_as(columns[0].samples[0], answer)))
    return FormatQuestion("date_format", answer, columns, choices)


def _about_numbers(columns: list[FormatReview], answer: str) -> FormatQuestion | None:
    return FormatQuestion("decimal_mark", answer, columns, _mark_choices(columns)) if columns else None


def _about_durations(columns: list[FormatReview], options: Options) -> FormatQuestion | None:
    if not columns:
        return None
    sample, field = columns[0].samples[0], columns[0].field
    choices = [
        (unit, label, _duration_as(sample, field, replace(options, duration_unit=unit)))
        for unit, label in duration_units().items()
    ]
    return FormatQuestion("duration_unit", options.duration_unit, columns, choices)


def _duration_as(sample: str, field: Field, options: Options) -> str:
    """Say what a number means as a duration."""
    try:
        return field.kind.display(field.kind.clean(duration_reader(options)(sample), field), field)
    except BadValue as problem:
        return problem.message


def _date_choices(columns: list[FormatReview]) -> list[tuple[str, str, str]]:
    samples = [sample for column in columns for sample in column.samples]
    offers = [("dmy", _("The day comes first")), ("mdy", _("The month comes first"))]
    short = next((sample for sample in samples if dates.two_digit_year(sample)), "")
    if short:
        mark = next((char for char in short if char in "./-"), "/")
        patterns = [
            mark.join(parts) for parts in (("DD", "MM", "YY"), ("MM", "DD", "YY"), ("YY", "MM", "DD"))
        ]
        offers = [(pattern, pattern) for pattern in patterns]
    return [(value, label, _date_as(short or samples[0], value)) for value, label in offers]


def _date_as(sample: str, chosen: str) -> str:
    """Say what a sample means under a format."""
    try:
        found = dates.read_as(sample, dates.pattern_of(chosen))
    except BadValue:
        found = None
    return formats.date(found) if found else _("not a date")


def _mark_choices(columns: list[FormatReview]) -> list[tuple[str, str, str]]:
    sample = next(sample for column in columns for sample in column.samples)
    labels = {".": _("The point is the decimal mark"), ",": _("The comma is the decimal mark")}
    return [(mark, label, formats.number(parse_decimal(sample, mark), 3)) for mark, label in labels.items()]
