"""Storing, correcting and deleting records as other systems send them. The weekly sums change in the same transaction; the
audit log says what a correction did to which week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core import metrics
from server.core.clock import now
from server.core.database.locks import lock_values
from server.core.post_links import canonical_post_link
from server.people.organisation import change_records
from server.people.queries import get_calendar, get_organisation
from server.records import queries
from server.records.checks import RowChecks
from server.records.rows import InvalidRow, Outcome, Result, Row
from server.rollups import changes as rollups
from server.rollups.sources import Change

ROWS_PER_BATCH = 2_000
#: What a row decides. All of it is gone once the record is deleted.
CONTENT = ("user_id", "kind", "occurred_at", "count", "value", "booked_for", "subject", "url", "social_source")


def apply_records(session: Session, source: str, rows: Iterable[Row | InvalidRow], *, import_id: str) -> Iterator[Outcome]:
    """Stores the rows of ``source`` and yields what became of each, in order. Rows are read and written in batches, so that any
    number of them can be streamed; rows that the caller does not read on to are not stored. Until the transaction ends, others
    that store rows of this source wait.

    The same ``source`` and ``source_id`` are the same record: a later row replaces it, unless both have a version and the later
    row's is not newer. Applying the same rows again changes nothing. A row that is not valid is refused, and the others go in.
    ``import_id``, at most 100 characters, names the import in the audit log."""
    # Two transactions that lock records of several batches, each in its own order, would wait for each other.
    lock_values(session, "records", [source])
    remaining, start = iter(rows), 0
    while rows_of_batch := tuple(islice(remaining, ROWS_PER_BATCH)):
        batch = _Batch(session, source, rows_of_batch, start)
        batch.store()
        batch.record(import_id)
        yield from batch.list_outcomes()
        start += len(rows_of_batch)


class _Batch:
    """Up to ``ROWS_PER_BATCH`` rows; ``start`` is the index of the first."""

    def __init__(self, session: Session, source: str, rows: Sequence[Row | InvalidRow], start: int) -> None:
        self._session = session
        self._source = source
        self._calendar = get_calendar(session)
        self._keeps_subjects = get_organisation(session).keep_subjects
        self._now = now()
        self._outcomes: dict[int, Outcome] = {}
        self._valid: list[tuple[int, Row]] = []
        #: By person, kind and week, by how much a number changed that was shown before.
        self._cells: dict[tuple[int, str, date], int] = defaultdict(int)
        self._reassigned = 0
        checks = RowChecks(session, [row for row in rows if isinstance(row, Row)])
        self._users = checks.users
        for index, row in enumerate(rows, start):
            errors = row.errors if isinstance(row, InvalidRow) else checks.errors(row)
            if errors or isinstance(row, InvalidRow):
                self._outcomes[index] = Outcome(index, row.source_id, "refused", errors)
            else:
                self._valid.append((index, row))

    def list_outcomes(self) -> list[Outcome]:
        return [self._outcomes[index] for index in sorted(self._outcomes)]

    def store(self) -> None:
        """Records are dictionaries of their columns, not objects: a file has a million of them."""
        stored = queries.lock_records(self._session, source=self._source, source_ids={row.source_id for _, row in self._valid})
        before = {source_id: dict(record) for source_id, record in stored.items()}
        new: dict[str, dict[str, Any]] = {}
        for index, row in self._valid:
            self._outcomes[index] = Outcome(index, row.source_id, self._apply(row, stored, new))
        changed = [record for source_id, record in stored.items() if record != before[source_id]]
        queries.update_records(self._session, changed)
        queries.insert_records(self._session, list(new.values()))
        removed = [_change(before[record["source_id"]], -1) for record in changed]
        added = [_change(record, 1) for record in (*changed, *new.values())]
        rollups.add_at_commit(self._session, filter(None, (*removed, *added)))

    def _apply(self, row: Row, stored: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> Result:
        content = self._content(row)
        record = stored.get(row.source_id) or new.get(row.source_id)
        if record is None:
            if row.is_deleted and (row.version is None or row.only_if_known):
                return "unchanged"
            new[row.source_id] = {
                "source": self._source, "source_id": row.source_id, "version": row.version, "recorded_at": self._now,
                "changed_at": self._now, "deleted_at": self._now if row.is_deleted else None, **content,
            }  # fmt: skip
            return "unchanged" if row.is_deleted else "new"
        is_old = row.version is not None and record["version"] is not None and row.version <= record["version"]
        if is_old and not row.replaces:
            return "unchanged"
        record["version"] = row.version or record["version"]
        before = {name: record[name] for name in CONTENT}
        if before == content:
            return "unchanged"
        was_deleted = record["deleted_at"] is not None
        record |= content
        record["deleted_at"] = self._now if row.is_deleted else None
        record["changed_at"] = self._now
        if row.source_id in stored:
            self._note(before, -1)
            self._note(content, 1)
            self._reassigned += not was_deleted and not row.is_deleted and before["user_id"] != content["user_id"]
        return "deleted" if row.is_deleted else "new" if was_deleted else "corrected"

    def _content(self, row: Row) -> dict[str, Any]:
        if row.is_deleted:
            return dict.fromkeys(CONTENT) | {"count": 0}
        return {
            "user_id": self._users[row.owner.lower()].id,
            "kind": row.kind,
            "occurred_at": row.occurred_at,
            "count": row.count,
            "value": row.value,
            "booked_for": row.booked_for,
            "subject": row.subject if self._keeps_subjects else None,
            "url": row.url,
            "social_source": canonical_post_link(row.social_source),
        }

    def _note(self, content: dict[str, Any], sign: int) -> None:
        if content["user_id"] is not None:
            week = self._calendar.monday_of(content["occurred_at"])
            self._cells[content["user_id"], content["kind"], week] += sign * content["count"]

    def record(self, import_id: str) -> None:
        """Writes to the audit log how many rows did what, and each week's number that changed, before and after."""
        counts: dict[str, int] = defaultdict(int)
        for outcome in self._outcomes.values():
            counts[outcome.result] += 1
        for result, count in counts.items():
            metrics.IMPORT_ROWS.labels(outcome="known" if result == "unchanged" else result).inc(count)
        counts["reassigned"] = self._reassigned
        changes: dict[str, tuple[audit.Value, audit.Value]] = {
            f"records_{name}": (0, count) for name, count in counts.items() if count and name != "unchanged"
        }
        changes |= self._changed_weeks()
        audit.record(
            self._session, action="activities.imported", object_type="import", object_id=import_id, changes=changes
        )  # fmt: skip

    def _changed_weeks(self) -> Iterator[tuple[str, tuple[int, int]]]:
        cells = {cell: change for cell, change in self._cells.items() if change}
        for week in sorted({week for _, _, week in cells}):
            people = {user_id for user_id, _, cell_week in cells if cell_week == week}
            starts_at, ends_at = self._calendar.start_of(week), self._calendar.end_of(week)
            sums = queries.sums_of_week(self._session, user_ids=people, starts_at=starts_at, ends_at=ends_at)
            for (user_id, kind, cell_week), change in cells.items():
                if cell_week == week:
                    after = sums.get((user_id, kind), 0)
                    yield f"{kind}, person {user_id}, week of {week.isoformat()}", (after - change, after)


def _change(record: dict[str, Any], sign: int) -> Change | None:
    """What the record adds to the sums; nothing if it is deleted."""
    if record["user_id"] is None:
        return None
    moment, kind, value = record["occurred_at"], record["kind"], record["value"] or 0
    return Change(record["user_id"], moment, kind, sign * record["count"], sign * value)


def change_settings(session: Session, *, currency: str, keep_subjects: bool) -> None:
    """Subject lines that are no longer to be kept are deleted."""
    if change_records(session, currency=currency, keep_subjects=keep_subjects):
        queries.forget_subjects(session)
