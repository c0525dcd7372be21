"""``python -m server``: run, serve, worker, setup, db, backup, restore, jobs, user, team, token,
connections, audit, ledger, scoring, extension, demo.

An invalid setting is one line and exit code 2."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from sqlalchemy.exc import OperationalError

from server.commands.connection import EXIT_INVALID_SETTING, fail, reason_of
from server.core.settings import SettingsError

#: A module is imported when its command is used: most need neither the language pipeline nor the pages.
COMMANDS = {
    "run": "server.commands.running:run",
    "serve": "server.commands.production:serve",
    "worker": "server.commands.worker:worker",
    "setup": "server.commands.setup:setup",
    "db": "server.commands.database:db",
    "backup": "server.backup.commands:backup",
    "restore": "server.backup.commands:restore",
    "jobs": "server.commands.jobs:jobs",
    "user": "server.commands.people:user",
    "team": "server.commands.teams:team",
    "token": "server.commands.tokens:token",
    "connections": "server.commands.crm:connections",
    "audit": "server.commands.audit_log:audit",
    "ledger": "server.commands.ledger:ledger",
    "scoring": "server.commands.scoring:scoring",
    "extension": "server.extension.commands:extension",
    "demo": "server.commands.demonstration:demonstration",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands, help="Repute's server.")
def cli() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Runs one command, from ``arguments`` or the process's own."""
    try:
        cli.main(arguments, prog_name="python -m server", standalone_mode=False)
    except SettingsError as error:
        fail(str(error), code=EXIT_INVALID_SETTING)
    except OperationalError as error:
        fail(f"REPUTE_DATABASE_URL cannot be used: {reason_of(error)}", code=EXIT_INVALID_SETTING)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
