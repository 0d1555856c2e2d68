"""The rows that failed, as a file to be corrected and imported again."""

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _

from headwater.transfer.files.guarding import guard
from headwater.transfer.files.rows import as_text
from headwater.transfer.models import FailedRow, ImportRun
from headwater.transfer.running import Plan


class _Line:
    """A file for the csv writer that keeps what was written last."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text


def failed_rows(run: ImportRun, plan: Plan) -> Iterator[str]:
    """CSV lines: the header, then each failed row as it stood, its row number and its reasons.

    The file is read again and only failed rows are kept in memory one by one.
    """
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([*(guard(name) for name in plan.header.names), _("Row"), _("Reasons")])
    yield "\ufeff" + line.text
    failures = FailedRow.objects.filter(run=run).order_by("number").iterator(chunk_size=1000)
    failure = next(failures, None)
    width = len(plan.header.names)
    for row in plan.rows():
        if failure is None:
            return
        if row.number != failure.number:
            continue
        cells = [guard(as_text(cell)) for cell in row.cells[:width]]
        cells += [""] * (width - len(cells))
        writer.writerow([*cells, failure.number, guard(_sentence(failure))])
        yield line.text
        failure = next(failures, None)


def _sentence(failure: FailedRow) -> str:
    """Every reason with the column or field it is about."""
    parts = [
        f"{reason['column'] or reason['field']}: {reason['message']}"
        if reason["field"]
        else reason["message"]
        for reason in failure.reasons
    ]
    return " ".join(parts)
