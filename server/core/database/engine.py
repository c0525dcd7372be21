"""Creates the SQLAlchemy engine. SQLite is configured to be as strict as PostgreSQL about concurrent writers and durability."""

from __future__ import annotations

import os
import sqlite3
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from server.core.database.write_metrics import measure_writes, waiting_for_lock, writes
from server.core.settings import SettingsError

#: How long a writer waits for another. Longer than any of our transactions, shorter than a browser's timeout.
BUSY_TIMEOUT_MS = 10_000
#: PostgreSQL: a statement that takes longer is a bug, not load.
STATEMENT_TIMEOUT_MS = 15_000
#: PostgreSQL: seconds for a host that does not answer at all; then the request gets 503.
CONNECT_TIMEOUT_SECONDS = 5


def make_engine(url: str, *, durable: bool = True, read_only: bool = False) -> Engine:
    """``durable=False`` is for counters that may be lost in a power cut: on SQLite, commits do not wait for the disk.
    ``read_only`` also works on a file system that is mounted read-only."""
    if make_url(url).get_backend_name() == "sqlite":
        if read_only:
            return _read_only_sqlite(Path(make_url(url).database or ""))
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", partial(_prepare_sqlite, durable=durable))
        if durable:
            measure_writes(engine)
        event.listen(engine, "begin", partial(_begin_sqlite, measured=durable))
        return engine
    engine = create_engine(
        url,
        pool_pre_ping=True,
        # Error messages must not contain user text.
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
        },
    )
    measure_writes(engine)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any, *, durable: bool) -> None:
    # The driver's own transaction handling takes the write lock too late: in a trial with four threads, 93 of 400 increments
    # survived.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL, not NORMAL: an acknowledged share must survive a power cut.
    cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Overwrites deleted rows with zeros: a text that was withdrawn must not stay in the file.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def truncate_wal(engine: Engine) -> None:
    """SQLite: moves all changes into the database file and empties the write-ahead log, which otherwise keeps deleted text
    until it is overwritten. Readers at work delay that until the next call. Nothing on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _read_only_sqlite(path: Path) -> Engine:
    """Raises ``SettingsError`` if there is no such file or its newest changes cannot be read."""
    if not path.is_file():
        raise SettingsError(f"REPUTE_DATABASE_URL cannot be used: there is no database at {path}.")
    wal, shared_memory = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    mode = "mode=ro"
    if not os.access(path.parent, os.W_OK) or _is_read_only(path.parent):
        # SQLite cannot create the files that a database in WAL mode needs; without changes in them it can do without.
        if wal.is_file() and wal.stat().st_size:
            if not shared_memory.is_file():
                raise SettingsError(
                    f"{path} cannot be read on a read-only disk because of {wal.name}: copy both files elsewhere."
                )
        else:
            mode = "immutable=1"
    engine = create_engine(f"sqlite:///file:{quote(str(path.resolve()))}?{mode}&uri=true", hide_parameters=True)
    event.listen(engine, "connect", _prepare_read_only_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _is_read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _prepare_read_only_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON").close()


def _begin_sqlite(connection: Connection, *, measured: bool) -> None:
    if not writes(connection):
        connection.exec_driver_sql("BEGIN")
        return
    with waiting_for_lock() if measured else nullcontext():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
