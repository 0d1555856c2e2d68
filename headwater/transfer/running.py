"""Carrying an import out, chunk by chunk; a rehearsal takes the same way and writes no record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access.models import Action
from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.choices import add_option, with_planned
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records.bulk import RowResult, RowWrite, write_records
from headwater.records.errors import FieldError
from headwater.transfer.at_work import close
from headwater.transfer.columns.survey import Facts, survey
from headwater.transfer.examples import Examples
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.header import Header, data_rows, find_header
from headwater.transfer.files.opening import Table, open_table
from headwater.transfer.files.rows import Row
from headwater.transfer.mapping import Decision, decide
from headwater.transfer.matching import Matcher
from headwater.transfer.models import ChangeSet, FailedRow, ImportRun
from headwater.transfer.options import Options, read_options
from headwater.transfer.pacing import Pace
from headwater.transfer.reading import ReadRow, Reason, RowReader
from headwater.transfer.tallies import Tally
from headwater.users.actor import Actor

REMEMBER_ROWS = 1_000
"""How many rows at a time are read again, for their keys only, when a run is resumed."""


class Superseded(Exception):
    """Another worker has this import now, or a person cancelled it; this one must not go on."""


@dataclass(frozen=True)
class Plan:
    """A file, opened and understood as far as its options and header say."""

    entry: ObjectType
    options: Options
    table: Table
    header: Header
    decisions: list[Decision]

    def rows(self) -> Iterator[Row]:
        return data_rows(self.table, self.header)

    def survey(self, *, texts: bool = False) -> Facts:
        mapped = {each.index: self.entry.fields[each.field] for each in self.decisions if each.field}
        return survey(self.rows(), mapped, texts=texts)


def path_of(run: ImportRun) -> Path:
    """Return where the file of an import lies. Raises FileProblem when it is no longer kept."""
    if not run.file:
        raise FileProblem("erased", _("The file of this import is no longer kept."))
    return Path(run.file.path)


def open_plan(run: ImportRun) -> Plan:
    """Open the file of an import. Raises FileProblem and BadOptions."""
    entry = registry.get(run.object)
    options = read_options(entry, run.options)
    table = open_table(
        path_of(run), encoding=options.encoding, delimiter=options.delimiter, sheet=options.sheet
    )
    header = find_header(table, options.header_row)
    return Plan(entry, options, table, header, decide(entry, header.names, options.mapping))


class Runner:
    """One run, or rehearsal, of an import; ``run.position`` says where an earlier worker stopped."""

    def __init__(self, actor: Actor, run: ImportRun, plan: Plan) -> None:
        self.run = run
        self.plan = plan
        self.actor = actor.through("import", change_set_id=run.change_set_id, import_number=run.pk)
        facts = Facts.from_json(run.facts)
        self.reader = RowReader(
            actor, plan.entry, plan.decisions, plan.options, facts, guarded=plan.table.info.kind == "csv"
        )
        self.matcher = Matcher(actor, plan.entry, plan.options)
        self.tally = Tally.of(run)
        self.examples = Examples(run.rehearsal)
        self.pace = Pace()

    def carry_out(self) -> bool:
        """Deal with every remaining row; False when a person asked to stop first."""
        rows = self._remaining()
        while chunk := list(islice(rows, self.pace.size)):
            if jobs.cancel_requested():
                return False
            read = self.reader.read(chunk)
            with self.pace.measure(len(chunk)):
                self._deal_with(read)
            jobs.report_progress(self.run.done_rows, self.run.total_rows)
        return True

    def _remaining(self) -> Iterator[Row]:
        """The rows after the position; those before it are only remembered for their keys."""
        rows = self.plan.rows()
        if not self.run.position:
            yield from rows
            return
        done: list[Row] = []
        for row in rows:
            if row.number > self.run.position:
                self.matcher.remember(self.reader.read(done))
                yield row
                yield from rows
                return
            done.append(row)
            if len(done) >= REMEMBER_ROWS:
                self.matcher.remember(self.reader.read(done))
                done = []

    def _deal_with(self, rows: Sequence[ReadRow]) -> None:
        """Judge and write one chunk, and store how far the import is, in one transaction."""
        with transaction.atomic():
            standing.keep()  # before options are added, as everywhere: who changes fields writes what they do
            self._claim(rows[-1].number, len(rows))
            if self.run.dry_run:
                with with_planned(self.reader.new_options.choices()):
                    failed = self._write(rows)
                self.examples.take_options(self.reader.new_options)
                self.run.rehearsal = self.examples.as_json()
            else:
                self._add_options()
                failed = self._write(rows)
            FailedRow.objects.bulk_create(failed)
            self.run.counts, self.run.causes = self.tally.counts, self.tally.causes
            self.run.save(update_fields=["counts", "causes", "rehearsal"])

    def _claim(self, position: int, rows: int) -> None:
        """Move the position on, if this run still is where this worker left it."""
        mine = ImportRun.objects.filter(
            pk=self.run.pk, state=ImportRun.State.RUNNING, position=self.run.position, job_id=self.run.job_id
        )
        done = self.run.done_rows + rows
        if not mine.update(position=position, done_rows=done):
            raise Superseded(f"import {self.run.pk}")
        self.run.position, self.run.done_rows = position, done

    def _write(self, rows: Sequence[ReadRow]) -> list[FailedRow]:
        self.matcher.match(rows)
        good = [row for row in rows if not row.reasons]
        match = set(self.plan.options.match)
        writes = [
            # What a record was found by is the same already.
            RowWrite({k: v for k, v in row.values.items() if k not in match}, row.record_id)
            if row.record_id
            else RowWrite(row.values)
            for row in good
        ]
        results = write_records(
            self.actor, self.plan.entry.name, writes, dry_run=self.run.dry_run, through=Action.IMPORT
        )
        for row, result in zip(good, results, strict=True):
            self._take(row, result)
        return [self._failed(row) for row in rows if row.reasons]

    def _take(self, row: ReadRow, result: RowResult) -> None:
        if result.outcome == "failed":
            row.reasons.extend(self._reason(error) for error in result.errors)
        else:
            self.tally.count(result.outcome)
            if self.run.dry_run:
                self.examples.take(row.number, result)

    def _reason(self, error: FieldError) -> Reason:
        return Reason(error.field, self.reader.headers.get(error.field, ""), error.code, error.message)

    def _failed(self, row: ReadRow) -> FailedRow:
        self.tally.fail(row.number, row.reasons)
        return FailedRow(
            run=self.run, number=row.number, reasons=[reason.as_json() for reason in row.reasons]
        )

    def _add_options(self) -> None:
        """Make the options this chunk brings, and note them for undo."""
        pairs = self.reader.new_options.take()
        if not pairs:
            return
        change_set = ChangeSet.objects.select_for_update().get(import_run=self.run)
        for list_name, label in pairs:
            # Whoever imports was shown what is near it, and wanted this one all the same.
            option = add_option(list_name, label, beside_its_like=True)
            change_set.added_options.append([list_name, option.key])
        change_set.save(update_fields=["added_options"])


@transaction.atomic
def finish(run: ImportRun, state: str) -> None:
    """Store how a run or rehearsal ended."""
    run.state = state
    run.finished_at = clock.now()
    if run.dry_run and state == ImportRun.State.DONE:
        run.rehearsal |= {"counts": run.counts, "causes": run.causes}
    run.save(update_fields=["state", "finished_at", "rehearsal", "problem"])
    if run.change_set is not None:
        run.change_set.counts = run.counts
        close(run.change_set)
        run.change_set.save(update_fields=["state", "counts"])
