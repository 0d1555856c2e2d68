"""Imports, the change sets that make large changes undoable, and erasures, which are not."""

from headwater.transfer.models.changesets import ChangeSet
from headwater.transfer.models.erasures import Erasure
from headwater.transfer.models.imports import FailedRow, ImportRun

__all__ = ["ChangeSet", "Erasure", "FailedRow", "ImportRun"]
