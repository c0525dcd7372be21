"""``setup``: the organisation and its first administrator."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from server.commands.connection import open_engine, run_in_transaction
from server.commands.demonstration_access import demonstration_links, settings_with_key
from server.commands.people import sign_in_link
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.core.settings import load_settings
from server.demo import operations as demo
from server.people import operations as people
from server.people import queries, time_zones
from server.tuning.champion import ensure_champion


@click.command(help="Set up the organisation and its first administrator in an empty database. Asks for what no option says.")
@click.option("--name", help="Name of the organisation.")
@click.option("--time-zone", help="IANA time zone in which days and weeks begin, such as Europe/Berlin.")
@click.option("--admin-name", help="Name of the first administrator.")
@click.option("--admin-email", help="E-mail address of the first administrator.")
@click.option("--sample-data", is_flag=True, help="Create the demonstration with invented people instead.")
def setup(
    *, name: str | None, time_zone: str | None, admin_name: str | None, admin_email: str | None, sample_data: bool
) -> None:
    run_in_transaction(_require_not_set_up)
    if sample_data:
        if name or time_zone or admin_name or admin_email:
            raise click.UsageError("--sample-data creates an organisation of its own: use it without other options.")
        _set_up_demonstration()
        return
    name = name or click.prompt("Name of the organisation")
    time_zone = time_zone or click.prompt("Time zone, such as Europe/Berlin", default="UTC", value_proc=_check_time_zone)
    admin_name = admin_name or click.prompt("Name of the first administrator")
    admin_email = admin_email or click.prompt("E-mail address of the first administrator")

    def work(session: Session) -> str:
        people.create_organisation(session, name=name, time_zone=time_zone)
        ensure_champion(session)  # so that the first admin sees an active scoring version
        admin = people.add_user(session, email=admin_email, name=admin_name, role="admin")
        link = sign_in_link(session, load_settings(), admin)
        return f"{name} is set up. Sign in with this link, which works once and expires after 24 hours:\n{link}"

    run_in_transaction(work)


def _require_not_set_up(session: Session) -> str:
    if queries.is_set_up(session):
        raise people.already_set_up()
    return "Setting up an empty database."


def _check_time_zone(value: str) -> str:
    try:
        return time_zones.validated(value)
    except Problem as problem:
        raise click.BadParameter(problem.title) from None


def _set_up_demonstration() -> None:
    settings = settings_with_key()
    with open_engine(settings) as engine:
        demo.create(engine, secret_keys=settings.secret_keys)
        with unit_of_work(engine) as session:
            click.echo("The demonstration was created. To remove it: `python -m server demo remove`.")
            click.echo("\n".join(demonstration_links(session, settings)))
