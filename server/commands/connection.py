"""What commands share: the database of the settings, a transaction, and failing with one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.private_files import make_file_private, make_private
from server.core.problems import Problem
from server.core.settings import Settings, SettingsError, load_settings
from server.migrations import schema
from server.rollups import events  # noqa: F401 (keeps the weekly sums up to date)

EXIT_INVALID_SETTING = 2


def fail(message: str, *, code: int = 1) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def ensure_data_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        make_private(settings.data)
        # Checking permissions is not enough: the file system may be read-only.
        with TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        raise SettingsError(f"REPUTE_DATA cannot be used: {settings.data}: {error.strerror}") from None


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    if settings.sqlalchemy_url.startswith("sqlite"):
        ensure_data_folder(settings)
        database = Path(make_url(settings.sqlalchemy_url).database or "")
        for suffix in ("", "-wal", "-shm"):
            make_file_private(database.with_name(database.name + suffix))
    engine = make_engine(settings.sqlalchemy_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def read_only_engine(settings: Settings) -> Iterator[Engine]:
    """For commands that only check, also on a copy on a disk that is mounted read-only."""
    engine = make_engine(settings.sqlalchemy_url, read_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def require_current_schema(engine: Engine) -> None:
    """Raises ``SettingsError`` if the schema is not this release's."""
    if not schema.is_current(engine):
        raise SettingsError("The database schema is not up to date: run `python -m server db upgrade`.")


def reason_of(error: OperationalError) -> str:
    """The first line of the driver's message, which names the host or the file, never the content of a row."""
    return str(error.orig).strip().splitlines()[0]


def run_in_transaction(work: Callable[[Session], str]) -> None:
    """Runs ``work`` in one transaction and prints the message it returns; a ``Problem`` is one line and exit code 1."""
    with open_engine(load_settings()) as engine:
        require_current_schema(engine)
        try:
            with unit_of_work(engine) as session:
                message = work(session)
        except Problem as problem:
            fail(f"{problem.title}. {problem.detail}".strip())
        click.echo(message)
