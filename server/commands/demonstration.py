"""``demo``: make and remove the demonstration organisation."""

from __future__ import annotations

import click

from server.commands.connection import fail, open_engine, require_current_schema
from server.commands.demonstration_access import settings_with_key
from server.core.problems import Problem
from server.core.settings import load_settings
from server.demo import operations as demo
from server.migrations import schema


@click.group(name="demo", help="Manage the demonstration organisation.")
def demonstration() -> None:
    pass


@demonstration.command(name="make", help="Create it in an empty database.")
def make_demo() -> None:
    settings = settings_with_key()
    with open_engine(settings) as engine:
        schema.upgrade(engine)
        try:
            demo.create(engine, secret_keys=settings.secret_keys)
        except Problem as problem:
            fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation was created.")


@demonstration.command(name="remove", help="Remove it; refused if the database contains real people.")
def remove_demo() -> None:
    with open_engine(load_settings()) as engine:
        require_current_schema(engine)
        try:
            demo.remove(engine)
        except Problem as problem:
            fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation was removed.")
