"""Upgrades a database to the schema of this release, and checks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server.core.database import triggers
from server.migrations.models import Base

MIGRATIONS = Path(__file__).parent
#: Any number that nothing else in the database uses: two servers that start at once do not migrate at once.
ADVISORY_LOCK = 7_205_001


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Runs the missing revisions. Others wait meanwhile: on PostgreSQL for the lock, on SQLite for the write transaction."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def revise(engine: Engine, *, revision: str, message: str) -> None:
    """Generates a new revision (``0002``) from the differences between the models and the database. For developers."""
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def differences(engine: Engine) -> list[str]:
    """What differs between the database and the models, triggers included; empty when nothing does."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        changes: list[Any] = compare_metadata(context, Base.metadata)
        missing = triggers.names() - _triggers(connection)
    return [f"differs: {change}" for change in changes] + [f"missing trigger: {name}" for name in sorted(missing)]


def _triggers(connection: Connection) -> set[str]:
    source = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    return set(connection.scalars(text(source)))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
