"""``worker``: runs background jobs."""

from __future__ import annotations

import time

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from server.commands.connection import open_engine, reason_of, require_current_schema
from server.core import logs
from server.core.settings import load_settings
from server.jobs import worker as jobs_worker

RECONNECT_SECONDS = 5.0


@click.command(help="Run background jobs until stopped. On SQLite the server runs them; this waits until it no longer does.")
def worker() -> None:
    settings = load_settings()
    settings.require_secret_keys()
    logs.configure()
    with open_engine(settings) as engine:
        _wait_for_current_schema(engine)
        jobs_worker.run(engine)


def _wait_for_current_schema(engine: Engine) -> None:
    """As ``require_current_schema``, but waits for a database server that does not answer: a host may start before it."""
    while True:
        try:
            return require_current_schema(engine)
        except OperationalError as error:
            if engine.dialect.name != "postgresql":
                raise
            logs.log.error("database-unavailable", reason=reason_of(error))
        time.sleep(RECONNECT_SECONDS)
