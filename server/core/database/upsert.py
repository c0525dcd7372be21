"""Inserting a row unless it exists, or adding to it. The unique constraint decides, not a prior read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.core.database.types import Base


def insert_into(session: Session, table: type[Base]) -> Any:
    """An INSERT that can say what happens on a conflict, which SQLAlchemy has for each database only."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def insert_if_absent(session: Session, table: type[Base], **values: Any) -> bool:
    """Returns whether a row was inserted. On PostgreSQL, a concurrent insert of the same key blocks until the first transaction
    commits or rolls back; afterwards the committed row is visible."""
    statement = insert_into(session, table).values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.connection().execute(statement).first() is not None
