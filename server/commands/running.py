"""``run``: the demonstration, or the organisation in the database, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import Engine

from server import serving
from server.commands.connection import open_engine
from server.commands.demonstration_access import demonstration_links, settings_with_key
from server.commands.upgrading import upgrade
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.demo import operations as demo
from server.people import queries

EXTENSION = Path(__file__).parents[2] / "extension" / "dist"


@click.command(
    help="Serve a demonstration and run its jobs; Ctrl-C stops everything. Its data is created at the first start and kept."
)
@click.option("--reload", is_flag=True, help="For development: restart the server when a Python file changes.")
def run(*, reload: bool) -> None:
    settings = settings_with_key()
    serving.check_port(settings)
    with open_engine(settings) as engine:
        upgrade(engine, settings)
        with unit_of_work(engine, writes=False) as session:
            is_set_up = queries.is_set_up(session)
        if not is_set_up:
            click.echo("Creating the demonstration organisation ...")
            demo.create(engine, secret_keys=settings.secret_keys)

        def announce() -> None:
            click.echo(_welcome(settings, engine))

        sys.exit(serving.run_together(settings, announce, reload=reload))


def _welcome(settings: Settings, engine: Engine) -> str:
    lines = ["", f"Repute is running at {settings.origin}", ""]
    with unit_of_work(engine) as session:
        if queries.get_organisation(session).is_demonstration:
            lines += demonstration_links(session, settings)
        else:
            lines.append(
                "This database contains your own organisation. To get a sign-in link: `python -m server user link EMAIL`"
            )
    builds = [EXTENSION / browser for browser in ("chrome", "firefox") if (EXTENSION / browser).is_dir()]
    lines += [f"  extension for {folder.name}: {folder}" for folder in builds]
    lines += ["", f"Token for {settings.origin}/metrics: {settings.data.resolve() / serving.METRICS_TOKEN_FILE}"]
    lines += [f"Log: {settings.data.resolve() / serving.LOG_FILE}"]
    return "\n".join([*lines, "Press Ctrl-C to stop.", ""])
