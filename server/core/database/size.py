"""How large the database is and who waits in it, for operators."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


def database_bytes(session: Session) -> int:
    """On SQLite with the write-ahead log."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 (sessions are opened on an engine)
    if engine.dialect.name == "postgresql":
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    files = [Path(f"{engine.url.database}{suffix}") for suffix in ("", "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def count_lock_waits(session: Session) -> int:
    """0 on SQLite, whose waiting writers are counted in their processes."""
    if session.get_bind().dialect.name != "postgresql":
        return 0
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return int(session.scalar(text(query)) or 0)
