"""``db``: upgrade and check."""

from __future__ import annotations

import click

from server.backup import checks
from server.commands import upgrading
from server.commands.connection import fail, open_engine, read_only_engine
from server.core.settings import load_settings
from server.migrations import schema


@click.group(help="Manage the database schema.")
def db() -> None:
    pass


@db.command(help="Upgrade the schema to this release.")
def upgrade() -> None:
    settings = load_settings()
    with open_engine(settings) as engine:
        upgrading.upgrade(engine, settings)
        click.echo("Database schema is up to date.")


@db.command(help="Check that tables and triggers match this release, and the audit log its seals.")
def check() -> None:
    with read_only_engine(load_settings()) as engine:
        result = checks.check_schema(engine)
        role = schema.owning_role(engine)
    if role:
        click.echo(
            f"Warning: the role {role} owns the tables, so whoever has its password can disable their triggers. "
            "See server/deploy/grants.sql.",
            err=True,
        )
    if result.violations:
        fail("\n".join(result.violations))
    click.echo(result.summary)
