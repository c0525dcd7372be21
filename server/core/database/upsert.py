"""Inserts a row unless it exists: the unique constraint decides, not a read before it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.core.database.types import Base


def insert_if_absent(session: Session, table: type[Base], **values: Any) -> bool:
    """Returns whether the row is new. On PostgreSQL a second writer of the same key waits here until the first commits or
    rolls back, and reads the committed row afterwards."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.connection().execute(new).first() is not None
