"""The jobs that check and import a file, one chunk each. The next job is added in the transaction of this one, so a kill at any
moment repeats a chunk as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.weeks import Calendar
from server.imports import queries
from server.imports.chunks import unpack
from server.imports.mapping import Mapping
from server.imports.models import ImportChunk, ImportFile
from server.imports.owner_names import known_names
from server.imports.reader import NOTHING_COUNTED, Reader, Reading
from server.imports.report import MAX_EXAMPLES, Example, Report, Sample
from server.imports.style import Style
from server.jobs.queue import enqueue, enqueue_lost, is_lost
from server.people.queries import all_users, get_calendar
from server.records.checks import RowChecks
from server.records.operations import ROWS_PER_BATCH, apply_records
from server.records.rows import InvalidRow, Outcome, Row

STEP_JOB = "imports.step"
#: Of a subject.
SAMPLE_CHARACTERS = 80
#: Of a file that is being checked or imported.
OPEN_STATES = ("checking", "importing")


def enqueue_step(session: Session, file: ImportFile) -> None:
    file.step += 1
    session.flush()
    enqueue(session, STEP_JOB, {"token": file.token}, key=_key(file))


def is_stuck(session: Session, file: ImportFile) -> bool:
    """Whether no job will go on with the file."""
    return file.state in OPEN_STATES and is_lost(session, key=_key(file))


def resume_step(session: Session, file: ImportFile) -> None:
    """Goes on with a stuck file. Does nothing otherwise."""
    if is_stuck(session, file):
        enqueue_lost(session, STEP_JOB, {"token": file.token}, key=_key(file))


def _key(file: ImportFile) -> str:
    return f"{STEP_JOB}:{file.token}:{file.step}"


def run_step(session: Session, *, token: str) -> None:
    """Reads the next chunk of a file that is being checked or imported; does nothing if it was discarded."""
    file = queries.file_for_update(session, token=token)
    if file is None or file.state not in OPEN_STATES:
        return
    report = Report.model_validate(file.report)
    lines = unpack(queries.chunk(session, import_id=file.id, number=file.next_chunk))
    owners = known_names(all_users(session), queries.matched_owners(session, source=file.source))
    reader = _make_reader(session, file, owners)
    readings = list(reader.read(lines))
    if file.state == "checking":
        _check(session, file, readings, report, owners)
    else:
        _store(session, file, readings, report, owners)
    file.lines_done += len(lines)
    file.next_chunk += 1
    file.report = report.model_dump(mode="json")
    if file.next_chunk < file.chunks:
        enqueue_step(session, file)
    elif file.state == "checking":
        file.state = "checked"
    else:
        finish(session, file)


def finish(session: Session, file: ImportFile) -> None:
    file.state, file.finished_at = "done", now()
    session.execute(delete(ImportChunk).where(ImportChunk.import_id == file.id))


def _make_reader(session: Session, file: ImportFile, owners: dict[str, str | None]) -> Reader:
    mapping, style = Mapping.model_validate(file.mapping), Style(**(file.style or {}))
    return Reader(file.columns, mapping, style, owners, get_calendar(session).zone)


def _known(
    readings: list[Reading], report: Report, owners: dict[str, str | None], calendar: Calendar
) -> Iterator[tuple[int, Row | InvalidRow]]:
    """The number of the line and each of its rows; lines that are skipped or name somebody unknown are only counted."""
    for reading in readings:
        if reading.skipped:
            report.skipped[reading.skipped] += 1
        elif reading.owner and reading.owner.lower() not in owners:
            report.add_unknown(reading.owner, _sample(reading, calendar))
        else:
            if all(_only_removes(row) for row in reading.rows):
                report.skipped[NOTHING_COUNTED] += 1
            for row in reading.rows:
                yield reading.line, row


def _only_removes(row: Row | InvalidRow) -> bool:
    """It does not count, but a record of it may be there from an earlier file."""
    return isinstance(row, Row) and row.only_if_known


def _sample(reading: Reading, calendar: Calendar) -> Sample | None:
    row = next((row for row in reading.rows if isinstance(row, Row) and row.occurred_at is not None), None)
    if row is None or row.occurred_at is None:
        return None
    day = calendar.day_of(row.occurred_at).isoformat()
    return Sample(line=reading.line, kind=row.kind, day=day, subject=(row.subject or "")[:SAMPLE_CHARACTERS])


def _check(session: Session, file: ImportFile, readings: list[Reading], report: Report, owners: dict[str, str | None]) -> None:
    remaining = _known(readings, report, owners, get_calendar(session))
    while batch := list(islice(remaining, ROWS_PER_BATCH)):
        rows = [row for _, row in batch if isinstance(row, Row)]
        checks = RowChecks(session, rows)
        known = queries.known_ids(session, source=file.source, source_ids=[row.source_id for row in rows])
        for line, row in batch:
            errors = row.errors if isinstance(row, InvalidRow) else checks.errors(row)
            if isinstance(row, InvalidRow) or errors:
                report.add_errors(line, errors)
            elif not row.is_deleted:
                report.results["known" if row.source_id in known else "new"] += 1
                report.kinds[row.kind] += row.count
                _add_example(report, line, row)
            elif row.source_id in known:
                report.results["deleted"] += 1


def _add_example(report: Report, line: int, row: Row) -> None:
    if len(report.examples) < MAX_EXAMPLES and row.occurred_at is not None:
        report.examples.append(
            Example(
                line=line,
                owner=row.owner,
                kind=row.kind,
                occurred_at=row.occurred_at.isoformat(),
                count=row.count,
                value=row.value,
            )
        )


def _store(session: Session, file: ImportFile, readings: list[Reading], report: Report, owners: dict[str, str | None]) -> None:
    numbered = list(_known(readings, report, owners, get_calendar(session)))
    report.samples.clear()
    import_id = f"file {file.id}, lines from {file.lines_done + 1}"
    outcomes: Iterator[Outcome] = apply_records(session, file.source, (row for _, row in numbered), import_id=import_id)
    for outcome in outcomes:
        line, row = numbered[outcome.index]
        if outcome.result == "refused":
            report.add_errors(line, outcome.errors)
        elif not (_only_removes(row) and outcome.result == "unchanged"):
            report.results[outcome.result] += 1
            if isinstance(row, Row) and not row.is_deleted:
                report.kinds[row.kind] += row.count
