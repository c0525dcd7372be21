"""Writing a backup's file, so that it is either complete or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BackupError(Exception):
    """The message is one line for the operator."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A private empty file to write to, which gets the name ``path`` at the end, when it is on disk. Raises ``BackupError`` if
    ``path`` exists; on an error nothing is left behind."""
    if path.exists():
        raise BackupError(f"{path} exists: choose another name.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield partial
            sync(partial)
            # Unlike a rename, a link never replaces a file that has appeared meanwhile.
            os.link(partial, path)
        finally:
            partial.unlink()
        sync(path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from None


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_header(file: Path, header: bytes, *, database: str) -> None:
    """Raises ``BackupError`` unless the file begins with ``header``. ``database``: what it should be a backup of, in words."""
    try:
        with file.open("rb") as opened:
            found = opened.read(len(header))
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from None
    if found != header:
        raise BackupError(f"{file} is no backup of {database}.")
