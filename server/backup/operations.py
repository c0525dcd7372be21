"""Backup, restore and the drill of both, whatever the database is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, make_url

from server.backup import postgresql, sqlite
from server.backup.checks import CheckResult, check_all
from server.core.database.engine import make_engine


@dataclass(frozen=True, slots=True)
class Drill:
    """Times are in seconds, the backup's size in bytes."""

    size: int
    back_up_seconds: float
    restore_seconds: float
    check_seconds: float
    results: list[CheckResult]


def back_up(url: str, file: Path) -> None:
    """Raises ``BackupError``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        sqlite.back_up(Path(parsed.database or ""), file)
    else:
        postgresql.back_up(parsed, file)


def restore(url: str, file: Path, *, replace: bool = False) -> list[CheckResult]:
    """Restores the backup and returns the results of checking the restored database. Raises ``BackupError``."""
    _load(make_url(url), file, replace=replace)
    return _check(url)


def drill(url: str, file: Path | None = None) -> Drill:
    """Makes a backup, kept if ``file`` is given, restores it to a temporary place and checks it. Raises ``BackupError``."""
    with _temporary_place(make_url(url), file) as (folder, target):
        backup = file or folder / "backup"
        back_up_seconds = _seconds(lambda: back_up(url, backup))
        restore_seconds = _seconds(lambda: _load(target, backup, replace=False))
        started = time.perf_counter()
        results = _check(target.render_as_string(hide_password=False))
        return Drill(backup.stat().st_size, back_up_seconds, restore_seconds, time.perf_counter() - started, results)


@contextmanager
def _temporary_place(url: URL, file: Path | None) -> Iterator[tuple[Path, URL]]:
    """A private folder, and the URL of a database that does not exist yet or is empty."""
    is_sqlite = url.get_backend_name() == "sqlite"
    # Beside the backup or the database, where there is room for it; /tmp may be in memory.
    beside = file.parent if file else Path(url.database or "").parent if is_sqlite else None
    with TemporaryDirectory(prefix="repute-drill-", dir=beside) as name:
        folder = Path(name)
        if is_sqlite:
            yield folder, url.set(database=str(folder / "restored.db"))
            return
        with postgresql.drill_database(url) as target:
            yield folder, target


def _load(url: URL, file: Path, *, replace: bool) -> None:
    if url.get_backend_name() == "sqlite":
        sqlite.restore(file, Path(url.database or ""), replace=replace)
    else:
        postgresql.restore(url, file, replace=replace)


def _check(url: str) -> list[CheckResult]:
    engine = make_engine(url, read_only=True)
    try:
        return check_all(engine)
    finally:
        engine.dispose()


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
