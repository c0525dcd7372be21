"""Only the server's own user may read its data: shared texts are in the database file."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

#: For every file and folder that a command creates.
UMASK = 0o077


def make_private(folder: Path) -> None:
    """Takes a folder and the files in it away from other users. Not a folder that is shared by design, such as ``/tmp``."""
    status = folder.stat()
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX:
        return
    folder.chmod(0o700)
    for path in folder.iterdir():
        make_file_private(path)


def make_file_private(path: Path) -> None:
    # A file may vanish meanwhile: SQLite removes its own.
    with contextlib.suppress(OSError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
            path.chmod(status.st_mode & 0o700)
