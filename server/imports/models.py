"""Files that an administrator imports, while they are checked and imported, and what is remembered for the next file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: ``mapping``: what its columns mean is not confirmed. ``checking``: jobs read it and store nothing. ``checked``: it waits for
#: a decision. ``importing``: jobs store its records.
STATES = ("mapping", "checking", "checked", "importing", "done")


class ImportFile(Base):
    __tablename__ = "import_file"
    __table_args__ = (one_of("state", STATES),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the file in jobs: SQLite gives the id of a deleted row to the next.
    token: Mapped[str] = mapped_column(short(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filename: Mapped[str] = mapped_column(short(200))
    #: The system that its records are from: ids are unique in it.
    source: Mapped[str] = mapped_column(short())
    #: The name of the export, if it was recognised.
    title: Mapped[str | None] = mapped_column(short(200))
    columns: Mapped[list[str]] = mapped_column(JSON)
    #: A ``mapping.Mapping``; None if nothing was recognised yet.
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: A ``style.Style``, found when the file is checked with this mapping.
    style: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(short())
    lines: Mapped[int]
    lines_done: Mapped[int] = mapped_column(default=0)
    chunks: Mapped[int]
    #: The chunk that the next job reads.
    next_chunk: Mapped[int] = mapped_column(default=0)
    #: Number of the next job.
    step: Mapped[int] = mapped_column(default=0)
    #: A ``report.Report``: what checking found, or what importing did.
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class ImportChunk(Base):
    """Lines of a file, compressed. Deleted with the last of them imported, or when the file expires."""

    __tablename__ = "import_chunk"

    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportMapping(Base):
    """What an administrator said about files with these columns."""

    __tablename__ = "import_mapping"

    #: SHA-256 of the names of the columns, in hexadecimal digits.
    columns_hash: Mapped[str] = mapped_column(short(64), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportOwner(Base):
    """Who is meant by a name in a file."""

    __tablename__ = "import_owner"

    #: In lower case; see ``owner_names.stored_name``.
    name: Mapped[str] = mapped_column(short(200), primary_key=True)
    #: None: the name's lines are skipped.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
