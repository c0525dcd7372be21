"""Alembic's entry point: runs the revisions on the connection that ``schema.py`` passes in."""

from __future__ import annotations

from alembic import context

from server.jobs import procrastinate_schema
from server.migrations.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # On SQLite, batch mode rebuilds a table to alter it, which drops its triggers; such a revision installs them again.
    render_as_batch=True,
    transaction_per_migration=True,
    include_name=procrastinate_schema.include_name,
)
with context.begin_transaction():
    context.run_migrations()
