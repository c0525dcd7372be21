"""Connected CRMs, what is read of each, their users, and what the last runs did."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: ``draft``: never started. ``active``: read on schedule. ``paused``: by an administrator, or because one has to act.
#: ``removing``: jobs delete its records, and then the connection.
STATES = ("draft", "active", "paused", "removing")
DETAILS = ("counts", "records")
SCHEDULES = ("hourly", "daily")
#: How a user of the CRM is matched: by e-mail address, with a person chosen by hand, or not at all. ``erased``: with a person
#: whose data was erased; what they did still counts in totals, but neither name nor address is stored again.
MATCHES = ("email", "person", "skip", "erased")


class Connection(Base):
    __tablename__ = "connection"
    __table_args__ = (
        one_of("state", STATES),
        one_of("detail", DETAILS),
        one_of("schedule", SCHEDULES),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the connection in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    #: Ids of records are unique in a source, so there is one connection to each.
    source: Mapped[str] = mapped_column(short(), unique=True)
    #: JSON, encrypted (``core/encryption.py``).
    credentials: Mapped[str] = mapped_column(Text)
    #: What it is connected to, as the CRM said when it was last tested.
    account: Mapped[str] = mapped_column(short(200))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(short(), default="draft")
    detail: Mapped[str] = mapped_column(short(), default="counts")
    schedule: Mapped[str] = mapped_column(short(), default="hourly")
    #: What was done before this day is not read.
    since: Mapped[date]
    #: Why it is paused or waits, in words; None if all is well.
    problem_code: Mapped[str | None] = mapped_column(short())
    problem: Mapped[str | None] = mapped_column(short(500))
    #: Attempts in a row that failed.
    failures: Mapped[int] = mapped_column(default=0)
    #: Number of the job that may work on it; others do nothing.
    step: Mapped[int] = mapped_column(default=0)
    #: How many pages were stored. An attempt stores a page only if no other attempt did so since it began.
    pages: Mapped[int] = mapped_column(default=0)
    #: When the next run is due. During a run: when it is taken for lost, and continued.
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ConnectionStream(Base):
    """What is read of one stream. Streams without a row are not read."""

    __tablename__ = "connection_stream"

    connection_id: Mapped[int] = mapped_column(ForeignKey("connection.id"), primary_key=True)
    key: Mapped[str] = mapped_column(short(), primary_key=True)
    #: A metric's key. No foreign key: if the metric is archived or deleted, its rows are refused in words.
    metric: Mapped[str] = mapped_column(short())
    #: Of the last stored page; None starts from ``Connection.since``.
    cursor: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: Read again from the start, because it is counted differently now: what is stored is replaced even if the CRM's version of
    #: it is the same.
    is_reread: Mapped[bool] = mapped_column(default=False)
    #: Records of the other ``Connection.detail`` are deleted before it is read.
    is_clearing: Mapped[bool] = mapped_column(default=False)
    #: Of the pass from the start: rows read, and about how many are left.
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_left: Mapped[int | None]
    #: When the pass from the start was complete.
    complete_at: Mapped[datetime | None]


class ConnectionOwner(Base):
    """A user of the CRM."""

    __tablename__ = "connection_owner"
    __table_args__ = (one_of("matching", MATCHES),)

    connection_id: Mapped[int] = mapped_column(ForeignKey("connection.id"), primary_key=True)
    #: Their id there.
    owner_id: Mapped[str] = mapped_column(short(100), primary_key=True)
    email: Mapped[str] = mapped_column(short(254))
    name: Mapped[str] = mapped_column(short(200))
    is_active: Mapped[bool]
    matching: Mapped[str] = mapped_column(short(), default="email")
    #: Who was chosen by hand; with ``email``, who had the address when the users were last read, and is still meant after
    #: their address here has changed.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: Whether rows were not counted because nobody was matched: they are read again when somebody is.
    has_skipped_rows: Mapped[bool] = mapped_column(default=False)


class ConnectionRun(Base):
    """One pass over the changes of all streams, which may take many jobs."""

    __tablename__ = "connection_run"
    __table_args__ = (Index("ix_connection_run_connection_id_id", "connection_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connection.id"))
    #: Streams that are still to be read, in order.
    remaining: Mapped[list[str]] = mapped_column(JSON)
    #: A ``report.Report``.
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
