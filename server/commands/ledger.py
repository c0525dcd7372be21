"""``ledger``: verify the credit ledger."""

from __future__ import annotations

import click

from server.backup import checks
from server.commands.connection import fail, read_only_engine, require_current_schema
from server.core.settings import load_settings


@click.group(help="Inspect the credit ledger.")
def ledger() -> None:
    pass


@ledger.command(name="verify", help="Check every invariant of the ledger; exit code 1 if one is violated.")
def verify_ledger() -> None:
    with read_only_engine(load_settings()) as engine:
        require_current_schema(engine)
        result = checks.check_ledger(engine)
    if result.violations:
        fail("\n".join(result.violations))
    click.echo(result.summary)
