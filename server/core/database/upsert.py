"""Inserting a row unless it exists, or adding to it. The unique constraint decides, not a prior read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.core.database.types import Base

Row = TypeVar("Row", bound=Base)


def insert_into(session: Session, table: type[Base]) -> Any:
    """An INSERT that can say what happens on a conflict, which SQLAlchemy has for each database only."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def insert_if_absent(session: Session, table: type[Base], **values: Any) -> bool:
    """Returns whether a row was inserted. On PostgreSQL, a concurrent insert of the same key blocks until the first transaction
    commits or rolls back; afterwards the committed row is visible."""
    statement = insert_into(session, table).values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.connection().execute(statement).first() is not None


def add_or_find(session: Session, row: Row, find: Callable[[], Row | None]) -> Row:
    """Adds ``row``. If another transaction has just added one that a unique constraint excludes, returns what ``find`` finds,
    and raises ``IntegrityError`` if that is nothing."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        other = find()
        if other is None:
            raise
        return other
    return row
