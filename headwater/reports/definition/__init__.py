"""The report definition: plain JSON, read word by word into typed data."""

from headwater.reports.definition.errors import DefinitionError
from headwater.reports.definition.normal import definition_hash, to_json
from headwater.reports.definition.parsing import parse_definition
from headwater.reports.definition.types import (
    AsOf,
    Chart,
    Compare,
    Definition,
    Dimension,
    Having,
    MeasureCondition,
    MeasureUse,
    Period,
    Sort,
    Table,
    Top,
)

__all__ = [
    "AsOf",
    "Chart",
    "Compare",
    "Definition",
    "DefinitionError",
    "Dimension",
    "Having",
    "MeasureCondition",
    "MeasureUse",
    "Period",
    "Sort",
    "Table",
    "Top",
    "definition_hash",
    "parse_definition",
    "to_json",
]
