"""Storing one page of a source as records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from server.connections import queries
from server.connections.models import Connection, ConnectionOwner, ConnectionStream
from server.connections.report import Report
from server.connections.source import Page, SourceRow, Stream
from server.core.characters import is_storable
from server.core.schemas import MAX_URL_LENGTH, is_web_address
from server.people.models import User
from server.people.queries import active_metrics, get_calendar, users_by_email, users_by_id
from server.records.operations import apply_records
from server.records.rows import InvalidRow, Row, RowError
from server.records.schemas import MAX_COUNT, MAX_ID_LENGTH, MAX_SUBJECT_LENGTH, MAX_VALUE

#: Records that one job deletes.
CLEARED_AT_ONCE = 500
#: The ids of counts end with a day.
COUNTS_ID = re.compile(r".+:\d{4}-\d{2}-\d{2}")


class Applier:
    """Rows of ``stream`` become records of the metric that ``setting`` says."""

    def __init__(
        self, session: Session, connection: Connection, stream: Stream, setting: ConnectionStream, report: Report
    ) -> None:  # fmt: skip
        self._session = session
        self._source = connection.source
        self._connection_id = connection.id
        self._prefix = f"{stream.metric}:"
        self._setting = setting
        self._report = report
        self._owners = queries.owners_of(session, connection_id=connection.id)
        self._users = matched_users(session, self._owners.values())
        self._takes_value = setting.metric in {one.record_kind for one in active_metrics(session) if one.unit == "money"}
        #: Rows whose owner is nobody here, by owner.
        self._skipped: Counter[str] = Counter()

    def apply(self, page: Page, *, import_id: str) -> None:
        rows = [self._make_row(row) for row in page.rows]
        rows += self._vanished(page)
        stored = queries.stored_records(self._session, source=self._source, source_ids=[row.source_id or "" for row in rows])
        changed = [row for row in rows if isinstance(row, InvalidRow) or not _is_known(row, stored.get(row.source_id))]
        self._report.results["unchanged"] += len(rows) - len(changed) - self._skipped.total()
        for outcome in apply_records(self._session, self._source, changed, import_id=import_id):
            if outcome.result == "refused":
                self._report.add_refused(outcome.source_id, outcome.errors)
            else:
                self._report.results[outcome.result] += 1
        self._note_skipped()
        self._report.results = +self._report.results

    def _make_row(self, row: SourceRow) -> Row | InvalidRow:
        source_id = f"{self._prefix}{row.source_id}"
        if len(source_id) > MAX_ID_LENGTH or not is_storable(source_id):
            return InvalidRow(None, (RowError("record", f"has an id of more than {MAX_ID_LENGTH} characters"),))
        if row.is_deleted:
            return self._deletion(source_id, row)
        user = self._users.get(row.owner_id)
        if user is None:
            self._skipped[row.owner_id] += 1
            # It may have been somebody's before.
            return self._deletion(source_id, row)
        if not 1 <= row.count <= MAX_COUNT or not 0 <= (row.value or 0) <= MAX_VALUE:
            return InvalidRow(source_id, (RowError("count", "or value is out of range"),))
        subject = row.subject if row.subject and is_storable(row.subject) else None
        url = (
            row.url if row.url and is_web_address(row.url) and is_storable(row.url) and len(row.url) <= MAX_URL_LENGTH else None
        )
        return Row(
            source_id=source_id, owner=user.email, kind=self._setting.metric, occurred_at=row.occurred_at, count=row.count,
            value=row.value if self._takes_value else None, booked_for=row.booked_for,
            subject=subject[:MAX_SUBJECT_LENGTH] if subject else None, url=url, version=row.version,
            replaces=self._setting.is_reread,
        )  # fmt: skip

    def _deletion(self, source_id: str, row: SourceRow) -> Row:
        return Row(
            source_id, version=row.version, is_deleted=True, only_if_known=True, replaces=self._setting.is_reread
        )  # fmt: skip

    def _vanished(self, page: Page) -> list[Row]:
        """What was counted before on the page's days, for owners that are no longer in it."""
        if page.counted_days is None:
            return []
        calendar = get_calendar(self._session)
        first, last = page.counted_days
        known = queries.ids_of_days(
            self._session, source=self._source, prefix=self._prefix,
            starts_at=calendar.start_of(first), ends_at=calendar.start_of(last + timedelta(days=1)),
        )  # fmt: skip
        present = {f"{self._prefix}{row.source_id}" for row in page.rows}
        gone = [id_ for id_ in known if id_ not in present and COUNTS_ID.fullmatch(id_)]
        return [Row(id_, is_deleted=True, only_if_known=True, replaces=True) for id_ in gone]

    def _note_skipped(self) -> None:
        for owner_id, count in self._skipped.items():
            self._report.results["skipped"] += count
            owner = self._owners.get(owner_id)
            if owner is None and owner_id and len(owner_id) <= queries.MAX_OWNER_ID:
                # Joined after the users were read: known by name from the next run on.
                owner = ConnectionOwner(
                    connection_id=self._connection_id, owner_id=owner_id, email="", name="", is_active=True, matching="email"
                )  # fmt: skip
                self._session.add(owner)
            if owner is not None:
                owner.has_skipped_rows = True
        self._session.flush()
        self._skipped.clear()


def matched_users(session: Session, owners: Iterable[ConnectionOwner]) -> dict[str, User]:
    """By the id of the CRM's user; whoever is not counted is left out."""
    owners = list(owners)
    by_email = users_by_email(session, (owner.email for owner in owners if owner.matching == "email" and owner.email))
    by_id = users_by_id(session, user_ids={owner.user_id for owner in owners if owner.user_id is not None})
    found = {}
    for owner in owners:
        user = (by_email.get(owner.email) if owner.matching == "email" else None) or by_id.get(owner.user_id or 0)
        if user is not None and owner.matching != "skip":
            found[owner.owner_id] = user
    return found


def clear(session: Session, source: str, *, prefix: str, after: str, keeps: str | None, import_id: str) -> str | None:
    """Deletes up to ``CLEARED_AT_ONCE`` records of the source whose ids begin with ``prefix``, from the one after ``after`` on,
    except those of the detail ``keeps``. Returns the last id, or None if there are no more."""
    ids = queries.ids_with_prefix(session, source=source, prefix=prefix, after=after, limit=CLEARED_AT_ONCE)
    wanted = [id_ for id_ in ids if keeps is None or bool(COUNTS_ID.fullmatch(id_)) != (keeps == "counts")]
    rows = [Row(id_, is_deleted=True, only_if_known=True, replaces=True) for id_ in wanted]
    for _ in apply_records(session, source, rows, import_id=import_id):
        pass
    return ids[-1] if len(ids) == CLEARED_AT_ONCE else None


def _is_known(row: Row, stored: queries.StoredRecord | None) -> bool:
    """Whether the row would change nothing. Most rows of an overlap; they need no entry in the audit log."""
    if row.is_deleted:
        return stored is None or stored.is_deleted
    if stored is None or row.replaces:
        return False
    if row.version is not None:
        return stored.version is not None and row.version <= stored.version
    content = queries.StoredRecord(row.owner, row.kind, row.count, row.value, row.occurred_at)
    return content == replace(stored, version=None)
