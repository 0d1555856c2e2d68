"""Shapes of reports."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import FIELDS, After, CountWord, Limit, Line, Strict

CELL = (
    '`{"row": {"d1": key}, "column": {…}, "measure": "m1"}`; what is left out is not fixed, '
    '`"compare": true` opens the number of the time before.'
)


class Question(Strict):
    """A report: its definition, or the number of a saved one."""

    definition: dict[str, Any] = Field(default={}, description="A report definition.")
    report: int = Field(default=0, description="The number of a saved report.")
    overrides: dict[str, Any] | None = Field(default=None, description="Words to replace for this run only.")


class ExplainQuestion(Question):
    cell: Annotated[dict[str, Any] | None, Field(description=CELL)] = None


class DrillQuestion(ExplainQuestion):
    fields: Annotated[str | None, Field(description=FIELDS)] = None
    sort: list[str] | None = None
    limit: Limit = 50
    after: After = None
    count: CountWord = None


class Result(Schema):
    """Figures with what they mean, for whom and when they hold."""

    title: str
    sentence: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    bounds: dict[str, Any]
    period: str
    as_of: datetime
    zone: str
    open: bool
    excluded: list[dict[str, Any]]
    truncated: list[dict[str, Any]] | None
    overlaps: list[str]
    notes: list[str]
    rights: str
    chart: dict[str, Any]
    definition: dict[str, Any]
    definition_hash: str
    milliseconds: int
    column_groups: list[dict[str, Any]] | None = None
    compare: Annotated[dict[str, Any] | None, Field(description="The time it is compared with.")] = None
    having: Annotated[
        dict[str, Any] | None,
        Field(description="The conditions on groups in words, and how many groups met them, of how many."),
    ] = None
    sql: Annotated[list[dict[str, Any]] | None, Field(description="For administrators.")] = None


class Drill(Schema):
    """The counted records; each also has ``counts_as``."""

    items: list[dict[str, Any]]
    next: str | None
    count: dict[str, Any]
    object: str
    filter: dict[str, Any] = Field(
        description="Finds the same records in the list of the object, unless the report is as of the past."
    )
    sentence: str
    as_of: Annotated[
        datetime | None, Field(description="The instant whose values the records have; null for now.")
    ]


class Explanation(Schema):
    """What one number means, what it leaves out, and how to check it."""

    title: str
    measure: dict[str, Any]
    column: dict[str, Any]
    cell: dict[str, Any]
    numerator: str | None
    denominator: str | None
    group: str
    period: str
    bounds: str
    conditions: str
    as_of: Annotated[str, Field(description="The instant of the figures, in words.")]
    excluded: list[dict[str, Any]]
    cautions: list[str]
    rights: str
    filter: dict[str, Any]
    sql: Annotated[list[dict[str, Any]] | None, Field(description="For administrators.")] = None


class ReportType(Schema):
    """What reports can say of one object."""

    object: str
    slug: str
    label: str
    measures: list[dict[str, Any]]
    dimensions: list[dict[str, Any]]
    dates: list[dict[str, Any]]
    presets: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    alignments: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    top: dict[str, int]


class Readers(Schema):
    """Who else may open something; each reader sees her own numbers."""

    everybody: bool
    teams: Annotated[list[int], Field(description="Their members, and those of the teams below.")]
    users: list[int]


SharedWith = Annotated[
    dict[str, Any] | None,
    Field(description='`{"everybody": false, "teams": [1], "users": [2]}`; replaces what is there.'),
]


class Report(Schema):
    """A saved report; it holds a definition and no figures."""

    id: int
    name: str
    folder: str
    object: str
    definition: dict[str, Any]
    owner: int
    shared: Annotated[bool, Field(description="With everybody.")]
    shared_with: Readers
    editable: bool
    created_at: datetime
    updated_at: datetime


class NewReport(Strict):
    name: Line
    definition: dict[str, Any]
    folder: Line = ""
    shared: bool = False
    shared_with: SharedWith = None


class ReportChange(Strict):
    name: Line = ""
    definition: dict[str, Any] = Field(default={})
    folder: Line = ""
    shared: bool = False
    shared_with: SharedWith = None


RUN_BODY: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "description": (
                        'A report definition, or `{"report": id, "overrides": {…}}`, '
                        'or `{"definition": {…}, "overrides": {…}}`.'
                    ),
                    "type": "object",
                }
            }
        }
    }
}
