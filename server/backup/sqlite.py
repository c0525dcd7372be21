"""Backup and restore of SQLite, by its online backup API."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from server.backup.files import BackupError, check_header, new_file, sync
from server.core.private_files import make_file_private

HEADER = b"SQLite format 3\0"


def back_up(database: Path, file: Path) -> None:
    """Copies the database while others write to it: all that was committed when the copy began, and nothing since."""
    if not database.is_file():
        raise BackupError(f"There is no database at {database}.")
    with new_file(file) as target:
        _copy(database, target)


def restore(file: Path, database: Path, *, replace: bool) -> None:
    """Raises ``BackupError``, with the present database unchanged, if the file is damaged, a server uses the database, or the
    database holds an organisation and ``replace`` is false."""
    _check_backup(file)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, database, replace=replace)
    except OSError as error:
        raise BackupError(f"{database} cannot be written: {error.strerror}.") from None


def _replace(file: Path, database: Path, *, replace: bool) -> None:
    with _no_server(database):
        if database.exists() and not replace and _holds_organisation(database):
            raise BackupError(f"{database} holds an organisation: add --replace to overwrite it.")
        copy = database.with_name(f"{database.name}.restoring")
        copy.unlink(missing_ok=True)
        try:
            with new_file(copy) as target:
                _copy(file, target)
            # The write-ahead log belongs to the database that is replaced, and SQLite would apply it to the new one.
            for suffix in ("-wal", "-shm"):
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            copy.replace(database)
        finally:
            copy.unlink(missing_ok=True)
        sync(database.parent)
    make_file_private(database)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(_open(source)) as reader, closing(sqlite3.connect(target)) as writer:
            # All pages in one step, which is one read transaction: further steps would begin again after each write.
            reader.backup(writer, pages=-1)
            # One file, without a write-ahead log beside it.
            writer.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}.") from None


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)


def _check_backup(file: Path) -> None:
    check_header(file, HEADER, database="an SQLite database")
    try:
        with closing(_open(file)) as connection:
            (result,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            (size,) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    except sqlite3.Error as error:
        result, size = str(error), 0
    # What is missing of an unused page is no error to SQLite.
    if result == "ok" and file.stat().st_size != size:
        result = "its end is missing"
    if result != "ok":
        raise BackupError(f"{file} is damaged: {result}.")


def _holds_organisation(database: Path) -> bool:
    try:
        with closing(_open(database)) as connection:
            has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'organisation'").fetchone()
            return bool(has_table and connection.execute("SELECT 1 FROM organisation").fetchone())
    except sqlite3.Error:
        return True  # it may be damaged, and is somebody's


@contextmanager
def _no_server(database: Path) -> Iterator[None]:
    """Holds the lock of the process that runs the database's jobs: a server has it for as long as it runs."""
    descriptor = os.open(f"{database}-worker", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"A server uses {database}: stop it first.") from None
        yield
    finally:
        os.close(descriptor)
