"""``serve``, for production. Imports no more than it needs, because gunicorn imports the server again."""

from __future__ import annotations

import click

from server import serving
from server.commands.connection import ensure_data_folder, open_engine, require_current_schema
from server.core.settings import load_settings


@click.command(help="Serve in production with gunicorn. Needs REPUTE_SECRET_KEY and an up-to-date database schema.")
def serve() -> None:
    settings = load_settings()
    settings.require_secret_keys()
    serving.check_port(settings)
    ensure_data_folder(settings)
    with open_engine(settings) as engine:
        require_current_schema(engine)
    serving.serve(settings)
