"""``python -m server``: run, serve, worker, db, user, token, ledger, demo. An invalid setting is one line and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import click
from pydantic import SecretStr
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from nlp import ScoringError
from server import serving
from server.core import logs
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.core.settings import Settings, SettingsError, load_settings
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.verify import verify as verify_credit
from server.demo import operations as demo
from server.jobs import worker as jobs_worker
from server.migrations import schema
from server.people import operations as people
from server.people import queries
from server.people.models import ROLES, User
from server.security import operations as security
from server.security import second_factor, tokens
from server.tuning.champion import ensure_champion
from server.tuning.verify import verify as verify_scoring_versions

EXIT_INVALID_SETTING = 2
EXTENSION = Path(__file__).parents[1] / "extension" / "dist"


@click.group(help="Repute's server.")
def cli() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Runs one command, from ``arguments`` or the process's own."""
    try:
        cli.main(arguments, prog_name="python -m server", standalone_mode=False)
    except SettingsError as error:
        _fail(str(error), code=EXIT_INVALID_SETTING)
    except OperationalError as error:
        # The driver's message names the host or the file, never the content of a row.
        reason = str(error.orig).strip().splitlines()[0]
        _fail(f"REPUTE_DATABASE_URL cannot be used: {reason}", code=EXIT_INVALID_SETTING)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def _fail(message: str, *, code: int = 1) -> None:
    click.echo(message, err=True)
    sys.exit(code)


def _ensure_data_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        # Checking permissions is not enough: the file system may be read-only.
        with TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        raise SettingsError(f"REPUTE_DATA cannot be used: {settings.data}: {error.strerror}") from None


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    if settings.sqlalchemy_url.startswith("sqlite"):
        _ensure_data_folder(settings)
    engine = make_engine(settings.sqlalchemy_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _require_current_schema(engine: Engine) -> None:
    """Raises ``SettingsError`` if the schema is not this release's."""
    if not schema.is_current(engine):
        raise SettingsError("The database schema is not up to date: run `python -m server db upgrade`.")


def _upgrade(engine: Engine) -> None:
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        if queries.is_set_up(session):
            # Carries the organisation's scoring choices over to the rules of this release.
            try:
                ensure_champion(session)
            except ScoringError as error:
                _fail(f"This release cannot use the active scoring version: {error}")


def _run_in_transaction(work: Callable[[Session], str]) -> None:
    """Runs ``work`` in one transaction and prints the message it returns; a ``Problem`` is one line and exit code 1."""
    with _engine(load_settings()) as engine:
        _require_current_schema(engine)
        try:
            with unit_of_work(engine) as session:
                message = work(session)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo(message)


# --- serving ----------------------------------------------------------------------------------------------------------


@cli.command(help="Serve a demonstration with its worker; Ctrl-C stops both. Its data is created at the first start and kept.")
@click.option("--reload", is_flag=True, help="For development: restart the server when a Python file changes.")
def run(*, reload: bool) -> None:
    settings = _settings_with_key()
    serving.check_port(settings)
    with _engine(settings) as engine:
        _upgrade(engine)
        with unit_of_work(engine, writes=False) as session:
            is_set_up = queries.is_set_up(session)
        if not is_set_up:
            click.echo("Creating the demonstration organisation ...")
            demo.create(engine, secret=settings.secret)

        def announce() -> None:
            click.echo(_welcome(settings, engine))

        sys.exit(serving.run_together(settings, announce, reload=reload))


def _settings_with_key() -> Settings:
    """The settings, with the demonstration's own key if none is set. Raises ``SettingsError`` for a weak key."""
    settings = load_settings()
    _ensure_data_folder(settings)
    if not settings.secret_key.get_secret_value():
        settings = settings.model_copy(update={"secret_key": SecretStr(serving.demonstration_key(settings.data))})
    settings.require_secret()
    return settings


def _welcome(settings: Settings, engine: Engine) -> str:
    lines = ["", f"Repute is running at {settings.origin}", ""]
    with unit_of_work(engine) as session:
        if queries.get_organisation(session).is_demonstration:
            lines.append("Sign in (each link works once and expires after 24 hours):")
            for role in ROLES:
                visitor = demo.visitor_account(session, role=role)
                lines.append(f"  {role:<8} {_sign_in_link(session, settings, visitor)}")
        else:
            lines.append(
                "This database contains your own organisation. To get a sign-in link: `python -m server user link EMAIL`"
            )
    builds = [EXTENSION / browser for browser in ("chrome", "firefox") if (EXTENSION / browser).is_dir()]
    lines += [f"  extension for {folder.name}: {folder}" for folder in builds]
    lines += ["", f"Log: {settings.data.resolve() / serving.LOG_FILE}"]
    return "\n".join([*lines, "Press Ctrl-C to stop.", ""])


@cli.command(help="Serve in production with gunicorn. Needs REPUTE_SECRET_KEY and an up-to-date database schema.")
def serve() -> None:
    settings = load_settings()
    settings.require_secret()
    serving.check_port(settings)
    _ensure_data_folder(settings)
    with _engine(settings) as engine:
        _require_current_schema(engine)
    serving.serve(settings)


@cli.command(help="Run background jobs until stopped.")
def worker() -> None:
    settings = load_settings()
    settings.require_secret()
    logs.configure()
    with _engine(settings) as engine:
        _require_current_schema(engine)
        jobs_worker.run(engine, settings)


# --- database ---------------------------------------------------------------------------------------------------------


@cli.group(help="Manage the database schema.")
def db() -> None:
    pass


@db.command(help="Upgrade the schema to this release.")
def upgrade() -> None:
    with _engine(load_settings()) as engine:
        _upgrade(engine)
        click.echo("Database schema is up to date.")


@db.command(help="Check that tables and triggers match this release.")
def check() -> None:
    with _engine(load_settings()) as engine:
        differences = [] if schema.is_current(engine) else ["schema is not up to date: run `python -m server db upgrade`"]
        differences += schema.differences(engine)
    if differences:
        _fail("\n".join(differences))
    click.echo("Database schema is up to date.")


# --- people and tokens ------------------------------------------------------------------------------------------------


@cli.group(help="Manage people.")
def user() -> None:
    pass


@user.command(help="Add a person and print a one-time sign-in link.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="rep", show_default=True)
@click.option("--team", type=int, help="Id of the person's team.")
@click.option("--organisation", help="Name of the organisation; required for the first person.")
def add(email: str, name: str, role: str, team: int | None, organisation: str | None) -> None:
    def work(session: Session) -> str:
        if not queries.is_set_up(session):
            if not organisation:
                raise click.UsageError("Add --organisation NAME: this is the first person.")
            people.ensure_organisation(session, name=organisation)
            ensure_champion(session)  # so that the first admin sees an active scoring version
        person = people.add_user(session, email=email, name=name, role=role, team_id=team)
        return _sign_in_link(session, load_settings(), person)

    _run_in_transaction(work)


@user.command(help="Print a one-time sign-in link for a person.")
@click.argument("email")
def link(email: str) -> None:
    _run_in_transaction(lambda session: _sign_in_link(session, load_settings(), _get_person(session, email)))


@user.command(help="End a person's access immediately; their credit stays.")
@click.argument("email")
def deactivate(email: str) -> None:
    def work(session: Session) -> str:
        security.deactivate(session, user_id=_get_person(session, email).id)
        return "Deactivated. All sessions and pairings of this person have ended."

    _run_in_transaction(work)


@user.command(
    name="reset-second-factor", help="Turn off a person's two-step sign-in, if they lost their phone and their codes."
)
@click.argument("email")
def reset_second_factor(email: str) -> None:
    def work(session: Session) -> str:
        if not second_factor.remove(session, user_id=_get_person(session, email).id, reason="reset"):
            return "Two-step sign-in was not on."
        return (
            "Two-step sign-in is off. The person sets it up again at the next sign-in with a password, if their role needs it."
        )

    _run_in_transaction(work)


def _sign_in_link(session: Session, settings: Settings, person: User) -> str:
    return settings.origin + security.create_link(session, user_id=person.id)


def _get_person(session: Session, email: str) -> User:
    person = queries.user_by_email(session, email=email)
    if person is None:
        raise click.UsageError("No user has this e-mail address.")
    return person


@cli.group(help="Manage tokens for other systems.")
def token() -> None:
    pass


@token.command(name="add-integration", help="Create a token with which a CRM may report activities. It is shown once.")
@click.argument("label")
@click.option("--admin", required=True, help="E-mail address of the accountable administrator.")
def add_integration(label: str, admin: str) -> None:
    def work(session: Session) -> str:
        person = _get_person(session, admin)
        if person.role != "admin":
            raise click.UsageError("Only an administrator can be accountable for an integration.")
        return tokens.add_integration(session, user_id=person.id, label=label)

    _run_in_transaction(work)


# --- ledger and demonstration -----------------------------------------------------------------------------------------


@cli.group(help="Inspect the credit ledger.")
def ledger() -> None:
    pass


@ledger.command(name="verify", help="Check every invariant of the ledger; exit code 1 if one is violated.")
def verify_ledger() -> None:
    with _engine(load_settings()) as engine:
        _require_current_schema(engine)
        with unit_of_work(engine, writes=False) as session:
            violations = [*verify_credit(session), *verify_scoring_versions(session)]
            accounts = session.scalar(select(func.count()).select_from(CreditAccount))
            entries = session.scalar(select(func.count()).select_from(LedgerEntry))
    if violations:
        _fail("\n".join(str(violation) for violation in violations))
    click.echo(f"The ledger balances: {accounts} accounts, {entries} entries.")


@cli.group(name="demo", help="Manage the demonstration organisation.")
def demonstration() -> None:
    pass


@demonstration.command(name="make", help="Create it in an empty database.")
def make_demo() -> None:
    settings = _settings_with_key()
    with _engine(settings) as engine:
        schema.upgrade(engine)
        try:
            demo.create(engine, secret=settings.secret)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation was created.")


@demonstration.command(name="remove", help="Remove it; refused if the database contains real people.")
def remove_demo() -> None:
    with _engine(load_settings()) as engine:
        _require_current_schema(engine)
        try:
            demo.remove(engine)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation was removed.")
