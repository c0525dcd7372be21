"""``python -m server backup`` and ``restore``.

Exit codes: 0 if all is well, 1 if nothing was made or a check failed, 2 for an invalid setting or argument."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from server.backup import connection_keys, operations
from server.backup.checks import CheckResult
from server.backup.files import BackupError
from server.core.settings import load_settings

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(help="Write a backup of the database to FILE while the server runs. With --drill, also restore and check it.")
@click.argument("file", type=FILE, required=False)
@click.option("--drill", is_flag=True, help="Restore the backup to a temporary place, check it there and print the times.")
def backup(file: Path | None, *, drill: bool) -> None:
    settings = load_settings()
    url = settings.sqlalchemy_url
    if file is None and not drill:
        raise click.UsageError("Name the FILE to write, or add --drill.")
    try:
        if not drill and file is not None:
            operations.back_up(url, file)
            click.echo(f"Backup written to {file}: {_size(file.stat().st_size)}.")
            reminder = connection_keys.describe_after_backup(settings)
            if reminder:
                click.echo(reminder)
            return
        outcome = operations.drill(url, file)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"Backup: {_size(outcome.size)} in {outcome.back_up_seconds:.1f} s. "
        f"Restored in {outcome.restore_seconds:.1f} s, checked in {outcome.check_seconds:.1f} s."
    )
    _report(outcome.results)


@click.command(help="Restore the database from FILE and check it. Stop the server and its workers first.")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Overwrite a database that holds an organisation.")
def restore(file: Path, *, replace: bool) -> None:
    settings = load_settings()
    try:
        results = operations.restore(settings.sqlalchemy_url, file, replace=replace)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored from {file}.")
    for line in connection_keys.describe_after_restore(settings):
        click.echo(line)
    _report(results)


def _report(results: Iterable[CheckResult]) -> None:
    failed = False
    for result in results:
        failed |= bool(result.violations)
        click.echo(result.line, err=bool(result.violations))
    if failed:
        sys.exit(1)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
