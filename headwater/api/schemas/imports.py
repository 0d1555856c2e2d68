"""Shapes of imports and change sets."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Strict


class ImportCounts(Schema):
    created: int
    updated: int
    unchanged: int
    failed: int


class Import(Schema):
    """An import; ``state`` ends as done, failed or cancelled."""

    id: int
    object: str
    file_name: str
    state: Literal["draft", "queued", "running", "done", "failed", "cancelled"]
    dry_run: bool
    progress: float = Field(description="0 to 1.")
    counts: ImportCounts
    causes: list[Any] = Field(description="Why rows failed, summed up.")
    problem: dict[str, Any] | None = Field(description="Why the whole import failed.")
    failed_rows_url: str | None
    change_set: int | None
    created_by: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Reading(Schema):
    """How the file is read. Look at it: an encoding that is not certain was told by its letters."""

    kind: Literal["csv", "xlsx"]
    encoding: str = Field(description="Of a CSV file; give `encoding` to have another.")
    encoding_certain: bool
    delimiter: str
    sheet: str
    header_row: int
    rows: list[list[str]] = Field(description="The first rows below the column names, as they are read.")


class StartedImport(Import):
    reading: Reading
    columns: list[dict[str, Any]] = Field(description="What was decided about each column of the file.")


class ChangedImport(Strict):
    """Options to be replaced; they are those of the form."""

    mapping: dict[str, str] | None = None
    mode: Literal["create", "update", "upsert"] = "create"
    match: list[str] = Field(default_factory=list)
    create_choices: bool = False
    clear_empty: bool = False
    values: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    date_format: str = ""
    decimal_mark: str = ""
    duration_unit: str = ""


class ChangeSet(Schema):
    """Everything that one large action wrote."""

    id: int
    kind: Literal["import", "bulk", "handover", "merge"]
    object: str = Field(description="Empty for a hand-over or a merge, which are about all of them.")
    state: Literal["open", "done", "undoing", "undone"]
    counts: dict[str, int]
    undo_counts: dict[str, int]
    conflicts: list[dict[str, Any]]
    created_by: int | None
    created_at: datetime
    undone_at: datetime | None


class BulkChange(Strict):
    """Either ``filter`` or ``ids`` says which records."""

    filter: Annotated[dict[str, Any] | None, Field(description="A filter tree; {} is every record.")] = None
    ids: Annotated[list[int] | None, Field(min_length=1, max_length=100_000)] = None
    set: dict[str, Any] = Field(
        description="Field keys and their new values. Of a field that holds several, such as `labels`, "
        '`{"add": ["vip"], "remove": ["old"]}` adds and takes away.'
    )


class StartedChange(ChangeSet):
    change_set: int = Field(description="The same number, by which it can be undone.")


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _switch(description: str) -> dict[str, Any]:
    return {"type": "string", "enum": ["true", "false"], "description": description}


IMPORT_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["file", "object"],
                    "properties": {
                        "file": _text("A CSV or XLSX file.", format="binary"),
                        "object": _text("What the rows are, such as `lead`."),
                        "mapping": _text("JSON: column header → field key, empty to leave a column out."),
                        "mode": _text("What may be written.", enum=["create", "update", "upsert"]),
                        "match": _text("JSON list of the fields by which records are found."),
                        "create_choices": _switch("May unknown options be added? For administrators."),
                        "clear_empty": _switch("Does an empty cell empty the field of an updated record?"),
                        "dry_run": _switch("Judge every row and write none."),
                        "values": _text("JSON: field key → text in the file → value to take for it."),
                        "encoding": _text("Where detection should not decide."),
                        "delimiter": _text("Of CSV, where detection should not decide."),
                        "sheet": _text("Of XLSX; the first one if left out."),
                        "header_row": _text("Number of the row with the headers."),
                        "date_format": _text("Such as DD.MM.YYYY, where the file alone does not tell."),
                        "decimal_mark": _text("Where numbers alone do not tell.", enum=[".", ","]),
                        "duration_unit": _text(
                            "What numbers without a unit count in columns of durations.",
                            enum=["second", "minute", "hour", "day"],
                        ),
                    },
                }
            }
        },
    }
}
