"""Upgrades a database to the schema of this release, and checks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server.core.database import triggers
from server.jobs import procrastinate_schema
from server.migrations.models import Base

MIGRATIONS = Path(__file__).parent
#: An arbitrary key that nothing else uses. Prevents two servers that start at once from migrating concurrently.
ADVISORY_LOCK = 7_205_001


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Applies the missing revisions. Concurrent upgrades wait: on PostgreSQL for the advisory lock, on SQLite for the write lock."""
    with _connect(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(_config(connection), revision)
        _check_references(connection)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    with _connect(engine) as connection:
        command.downgrade(_config(connection), revision)
        _check_references(connection)
        connection.commit()


@contextmanager
def _connect(engine: Engine) -> Iterator[Connection]:
    """On SQLite without enforcing foreign keys, because batch mode replaces a table by a copy, which is impossible while others
    refer to it. The setting can only be changed outside a transaction."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        violations = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if violations:
            raise RuntimeError(f"{len(violations)} rows refer to rows that do not exist, the first in {violations[0][0]}")


def revise(engine: Engine, *, revision: str, message: str) -> None:
    """Generates a new revision (such as ``0002``) from the differences between models and database. For developers."""
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return revision == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def differences(engine: Engine) -> list[str]:
    """Differences between the database and the models, including missing, disabled or changed triggers; empty if there are none."""
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": procrastinate_schema.include_name}
        context = MigrationContext.configure(connection, opts=options)
        changes: list[Any] = compare_metadata(context, Base.metadata)
        found = [f"differs: {change}" for change in changes] + triggers.problems(connection)
        return found + (procrastinate_schema.differences(connection) if engine.dialect.name == "postgresql" else [])


def owning_role(engine: Engine) -> str | None:
    """On PostgreSQL, the connection's role if it owns the tables or is a superuser: it could disable their triggers."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        role: str | None = connection.scalar(
            text(
                "SELECT current_user FROM pg_class WHERE oid = to_regclass('audit_entry') "
                "AND pg_has_role(current_user, relowner, 'USAGE')"
            )
        )
    return role


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
