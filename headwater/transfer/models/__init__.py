"""Imports, and the change sets that make large changes undoable."""

from headwater.transfer.models.changesets import ChangeSet
from headwater.transfer.models.imports import FailedRow, ImportRun

__all__ = ["ChangeSet", "FailedRow", "ImportRun"]
