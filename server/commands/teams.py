"""``team``: the tree of teams."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from server.commands.connection import run_in_transaction
from server.people import queries, teams
from server.people.directory import team_paths


@click.group(help="Manage the tree of teams.")
def team() -> None:
    pass


@team.command(name="add", help="Add a team and print its id.")
@click.argument("name")
@click.option("--below", type=int, metavar="ID", help="Id of the team above it.")
@click.option("--region", default="", help="Region whose public holidays apply.")
def add_team(name: str, below: int | None, region: str) -> None:
    def work(session: Session) -> str:
        if not queries.is_set_up(session):
            raise click.UsageError(
                "Add the first person before the first team: `python -m server user add --organisation NAME`."
            )
        return str(teams.add_team(session, name=name, parent_id=below, region=region).id)

    run_in_transaction(work)


@team.command(name="list", help="List the teams with their ids.")
def list_teams() -> None:
    def work(session: Session) -> str:
        paths = team_paths(queries.all_teams(session))
        rows = sorted(paths.items(), key=lambda row: row[1].casefold())
        return "\n".join(f"{team_id:>6}  {path}" for team_id, path in rows) or "There are no teams."

    run_in_transaction(work)
