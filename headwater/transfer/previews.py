"""What a person sees of a file before anything is written."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field
from headwater.transfer.columns.names import (
    ChoiceReader,
    NewOptions,
    known_reader,
    split_options,
    user_reader,
)
from headwater.transfer.columns.readers import (
    SKIP,
    DateReader,
    Reader,
    boolean_reader,
    duration_reader,
    number_reader,
)
from headwater.transfer.columns.survey import DATES, DURATIONS, NUMBERS, ColumnFacts, Facts, survey
from headwater.transfer.files.rows import TableInfo, as_text
from headwater.transfer.mapping import Decision
from headwater.transfer.options import Options
from headwater.transfer.running import Plan

SAMPLES = 5
LOOK_AHEAD = 200
"""How many rows are read for the samples."""


@dataclass(frozen=True)
class Sample:
    """A value of a column; ``reading`` is what a date or number is taken for, ``problem`` why it is not."""

    text: str
    reading: str = ""
    problem: str = ""


@dataclass(frozen=True)
class PreviewColumn:
    """A column, what was decided about it, and its first values that are not empty."""

    decision: Decision
    samples: list[Sample]


@dataclass(frozen=True)
class Preview:
    """``info`` says how the file was read; ``header_row`` which row names the columns."""

    info: TableInfo
    header_row: int
    columns: list[PreviewColumn]
    rows: list[list[str]]


@dataclass(frozen=True)
class ReviewedText:
    """One text of a column and what it would become: ``value`` as people read it, or the problem.

    ``code`` is "" when the text is understood, "new" for an option that would be added.
    """

    text: str
    count: int
    value: str
    code: str
    message: str = ""


@dataclass(frozen=True)
class ValueReview:
    """The different texts of one column of options, people or yes/no, the commonest first."""

    field: Field
    column: str
    texts: list[ReviewedText]


@dataclass(frozen=True)
class FormatReview:
    """A column of dates, numbers or durations: what its cells prove about their own format.

    ``proven`` is dmy, mdy, "." or ","; it is "" when there is no proof or the cells contradict
    each other (``contradicting``); then cells that can be read in two ways fail: ``unclear`` of
    them, of which ``samples`` are some.
    """

    field: Field
    column: str
    proven: str
    contradicting: bool
    unclear: int
    samples: list[str]


def preview_of(plan: Plan) -> Preview:
    """Header, decisions and the first rows; dates and numbers are read as these rows alone suggest."""
    first = list(islice(plan.rows(), LOOK_AHEAD))
    mapped = {each.index: plan.entry.fields[each.field] for each in plan.decisions if each.field}
    facts = survey(first, mapped)
    columns = []
    for decision in plan.decisions:
        cells = (row.cells[decision.index] for row in first if decision.index < len(row.cells))
        filled = list(islice((cell for cell in cells if cell and not cell.isspace()), SAMPLES))
        samples = _read_samples(plan, mapped.get(decision.index), facts, filled)
        columns.append(PreviewColumn(decision, samples))
    rows = [[as_text(cell) for cell in row.cells] for row in first[:SAMPLES]]
    return Preview(plan.table.info, plan.header.number, columns, rows)


def _read_samples(plan: Plan, field: Field | None, facts: Facts, cells: list[str]) -> list[Sample]:
    read = _format_reader(field, plan.options, facts) if field else None
    return [_sample(field, read, cell) if field and read else Sample(as_text(cell).strip()) for cell in cells]


def _format_reader(field: Field, options: Options, facts: Facts) -> Reader | None:
    if field.kind.name in DATES:
        return DateReader(field, options, facts.of(field.key))
    if field.kind.name in NUMBERS:
        return number_reader(field, options, facts.of(field.key))
    return duration_reader(options) if field.kind.name in DURATIONS else None


def _sample(field: Field, read: Reader, cell: str) -> Sample:
    text = as_text(cell).strip()
    try:
        found = read(cell)
        reading = "" if found is SKIP else field.kind.display(field.kind.clean(found, field), field)
    except BadValue as problem:
        return Sample(text, problem=problem.message)
    return Sample(text, reading=reading)


def review_values(plan: Plan) -> tuple[Facts, list[ValueReview], list[FormatReview]]:
    """Read the whole file for its different options, people, date orders and decimal marks."""
    facts = plan.survey(texts=True)
    new = NewOptions()
    values: list[ValueReview] = []
    formats: list[FormatReview] = []
    for decision in plan.decisions:
        if decision.field is None:
            continue
        field = plan.entry.fields[decision.field]
        column = facts.of(field.key)
        if reader := _reader(field, plan.options, new):
            counted = column.texts
            if field.kind.name == "multi_choice":
                counted = _parts(known_reader(field, plan.options, NewOptions()), column.texts)
            texts = [_review(field, reader, text, count) for text, count in counted.most_common()]
            values.append(ValueReview(field, decision.header, texts))
        elif column.orders or column.marks or column.unclear:
            formats.append(_format(field, decision.header, column))
    return facts, values, formats


def _reader(field: Field, options: Options, new: NewOptions) -> Reader | None:
    match field.kind.name:
        case "choice" | "multi_choice":
            return ChoiceReader(field, options, new)
        case "user":
            return user_reader(field, options)
        case "boolean":
            return boolean_reader(field, options)
        case _:
            return None


def _review(field: Field, read: Reader, text: str, count: int) -> ReviewedText:
    try:
        found = read(text)
        if found is SKIP:
            return ReviewedText(text, count, "", "left_out")
        if isinstance(read, ChoiceReader) and found in read.new.keys_of(field.choice_list or ""):
            return ReviewedText(text, count, text, "new")
        return ReviewedText(text, count, field.kind.display(field.kind.clean(found, field), field), "")
    except BadValue as problem:
        return ReviewedText(text, count, "", problem.code, problem.message)


def _parts(read: Reader, texts: Counter[str]) -> Counter[str]:
    """The single options of cells that hold several."""
    counted: Counter[str] = Counter()
    for text, count in texts.items():
        for part in split_options(text, read):
            counted[part] += count
    return counted


def _format(field: Field, name: str, column: ColumnFacts) -> FormatReview:
    proofs = column.orders or column.marks
    contradicting = len(proofs) > 1
    return FormatReview(
        field, name, column.order or column.mark, contradicting, column.unclear, list(column.samples)
    )
