"""Backup and restore of PostgreSQL, with its own tools and in their custom format.

The password is handed to them in the environment: a command line is visible to everybody on the host."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from server.backup.files import BackupError, check_header, new_file
from server.core.database.engine import CONNECT_TIMEOUT_SECONDS
from server.core.database.libpq import connection_parameters

#: Of pg_dump's custom format.
HEADER = b"PGDMP"


def back_up(url: URL, file: Path) -> None:
    """pg_dump reads one snapshot: all that was committed when it began, and nothing since."""
    with new_file(file) as target:
        _run("pg_dump", url, "--format=custom", f"--file={target}")


def restore(url: URL, file: Path, *, replace: bool) -> None:
    """Raises ``BackupError``, with the present database unchanged, if the file cannot be restored, others are connected, or the
    database holds an organisation and ``replace`` is false."""
    check_header(file, HEADER, database="a PostgreSQL database")
    with _connect(url) as connection:
        if not replace and _holds_organisation(connection):
            raise BackupError(f"The database {url.database} holds an organisation: add --replace to overwrite it.")
        others = _scalar(connection, _OTHERS)
        if others:
            raise BackupError(f"{others} others are connected to the database {url.database}: stop servers and workers first.")
        with _new_schema(connection):
            # The roles of the backup may not exist here; server/deploy/grants.sql grants what they need.
            _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file))


@contextmanager
def drill_database(url: URL) -> Iterator[URL]:
    """A temporary database beside the present one. Raises ``BackupError`` if the role may not create one."""
    name = f"repute_drill_{os.getpid()}_{int(time.time())}"
    with _connect(url) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise BackupError("A drill needs a role that may create databases: ALTER ROLE ... CREATEDB.") from None
        try:
            yield url.set(database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _connect(url: URL) -> Iterator[psycopg.Connection]:
    """What the database refuses is a ``BackupError``."""
    try:
        with psycopg.connect(
            make_conninfo("", **connection_parameters(url)), autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
        ) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"The database refused: {str(error).strip().splitlines()[0]}") from None


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


@contextmanager
def _new_schema(connection: psycopg.Connection) -> Iterator[None]:
    """An empty schema ``public``; the present one is put aside and comes back on an error."""
    aside = sql.Identifier(f"replaced_{time.time_ns()}")
    with connection.transaction():
        connection.execute(sql.SQL("ALTER SCHEMA public RENAME TO {}").format(aside))
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")  # as in a new database
    try:
        yield
    except BaseException:
        with connection.transaction():
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO public").format(aside))
        raise
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(aside))


def _holds_organisation(connection: psycopg.Connection) -> bool:
    if _scalar(connection, "SELECT to_regclass('public.organisation') IS NULL"):
        return False
    return bool(_scalar(connection, "SELECT EXISTS (SELECT FROM public.organisation)"))


def _scalar(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _run(program: str, url: URL, *arguments: str) -> None:
    """Raises ``BackupError`` with the tool's last line if it fails or is missing."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is missing: install PostgreSQL's client programs (Debian: postgresql-client).")
    parameters = connection_parameters(url)
    password = parameters.pop("password", "")
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    command = [path, "--no-password", f"--dbname={make_conninfo('', **parameters)}", *arguments]
    result = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.startswith(f"{program}: error:")]
        raise BackupError(lines[0] if lines else f"{program} failed with exit code {result.returncode}.")
