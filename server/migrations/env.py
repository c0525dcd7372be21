"""Alembic's entry point: runs the revisions on the connection that ``schema.py`` passes on."""

from __future__ import annotations

from alembic import context

from server.migrations.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite changes a table by rebuilding it; this drops its triggers, so a revision that does so installs them again.
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
