"""``user``: people and their sign-in."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.orm import Session

from server.commands.connection import run_in_transaction
from server.core.settings import Settings, load_settings
from server.people import operations as people
from server.people import queries
from server.people.models import ROLES, User
from server.security import operations as security
from server.security import second_factor


@click.group(help="Manage people.")
def user() -> None:
    pass


@user.command(help="Add a person and print a one-time sign-in link.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="rep", show_default=True)
@click.option("--team", type=int, help="Id of the person's team, as `team list` prints it.")
@click.option(
    "--started-on", type=click.DateTime(["%Y-%m-%d"]), help="First day, such as 2026-11-23.  [default: their team from today]"
)
def add(email: str, name: str, role: str, team: int | None, started_on: datetime | None) -> None:
    def work(session: Session) -> str:
        if not queries.is_set_up(session):
            raise click.UsageError("There is no organisation yet: run `python -m server setup` first.")
        if team is not None and team not in {one.id for one in queries.all_teams(session)}:
            raise click.UsageError("No team has this id: `python -m server team list` lists them.")
        first_day = started_on.date() if started_on else None
        person = people.add_user(session, email=email, name=name, role=role, team_id=team, started_on=first_day)
        return sign_in_link(session, load_settings(), person)

    run_in_transaction(work)


@user.command(help="Print a one-time sign-in link for a person.")
@click.argument("email")
def link(email: str) -> None:
    def work(session: Session) -> str:
        person = get_person(session, email)
        if not person.is_active:
            raise click.UsageError("This person is deactivated, so a link would not work. Rehire them on their page first.")
        return sign_in_link(session, load_settings(), person)

    run_in_transaction(work)


@user.command(help="End a person's access immediately; their credit stays.")
@click.argument("email")
def deactivate(email: str) -> None:
    def work(session: Session) -> str:
        security.deactivate(session, user_id=get_person(session, email).id)
        return "Deactivated. All sessions and pairings of this person have ended."

    run_in_transaction(work)


@user.command(
    name="reset-second-factor", help="Turn off a person's two-step sign-in, if they lost their phone and their codes."
)
@click.argument("email")
def reset_second_factor(email: str) -> None:
    def work(session: Session) -> str:
        if not second_factor.remove(session, user_id=get_person(session, email).id, reason="reset"):
            return "Two-step sign-in was not on."
        return (
            "Two-step sign-in is off. The person sets it up again at the next sign-in with a password, if their role needs it."
        )

    run_in_transaction(work)


@user.command(name="earlier-keys", help="List people whose second factor may need one of REPUTE_SECRET_KEY_FALLBACKS.")
def earlier_keys() -> None:
    current = load_settings().require_secret_keys().current

    def work(session: Session) -> str:
        uses = second_factor.list_earlier_key_uses(session, current=current)
        return "\n".join(map(_describe_earlier_key_use, uses)) or "Nobody's second factor needs an earlier key."

    run_in_transaction(work)


def _describe_earlier_key_use(use: second_factor.EarlierKeyUse) -> str:
    parts = ["app"] if use.has_app else []
    if use.recovery_codes:
        parts.append(f"recovery codes ({use.recovery_codes})")
    return f"{use.email}: {', '.join(parts)}"


def sign_in_link(session: Session, settings: Settings, person: User) -> str:
    return settings.origin + security.create_link(session, user_id=person.id)


def get_person(session: Session, email: str) -> User:
    person = queries.user_by_email(session, email=email)
    if person is None:
        raise click.UsageError("No user has this e-mail address.")
    return person
