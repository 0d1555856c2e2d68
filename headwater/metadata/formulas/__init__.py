"""The small language of computed fields: read, checked and worked out without ever running code."""

from headwater.metadata.formulas.checking import check
from headwater.metadata.formulas.errors import FormulaError
from headwater.metadata.formulas.evaluation import evaluate
from headwater.metadata.formulas.parsing import Formula, parse
from headwater.metadata.formulas.types import ValueType

__all__ = ["Formula", "FormulaError", "ValueType", "check", "evaluate", "parse"]
