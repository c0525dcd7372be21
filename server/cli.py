"""``python -m server``: run, serve, worker, db, user, token, ledger, demo. A wrong setting is one line and exit code 2."""

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

from server import serving
from server.core import logs
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.core.settings import Settings, SettingsError, load_settings
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.verify import verify
from server.demo import operations as demo
from server.jobs import worker as jobs_worker
from server.migrations import schema
from server.people import operations as people
from server.people import queries
from server.people.models import ROLES, User
from server.security import operations as security
from server.tuning import operations as tuning

BAD_SETTING = 2
EXTENSION = Path(__file__).parents[1] / "extension" / "dist"


@click.group(help="Repute's server.")
def cli() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Runs one command: those given, or the process's own."""
    try:
        cli.main(arguments, prog_name="python -m server", standalone_mode=False)
    except SettingsError as error:
        _fail(str(error), code=BAD_SETTING)
    except OperationalError as error:
        # The driver's message names the host or the file, never a row.
        reason = str(error.orig).strip().splitlines()[0]
        _fail(f"REPUTE_DATABASE_URL cannot be used: {reason}", code=BAD_SETTING)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def _fail(message: str, *, code: int = 1) -> None:
    click.echo(message, err=True)
    sys.exit(code)


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        # Permissions alone do not tell: a file system may be read-only.
        with TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        raise SettingsError(f"REPUTE_DATA cannot be used: {settings.data}: {error.strerror}") from None


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    if settings.url_of_database.startswith("sqlite"):
        _make_folder(settings)
    engine = make_engine(settings.url_of_database)
    try:
        yield engine
    finally:
        engine.dispose()


def _ready(engine: Engine) -> None:
    """``SettingsError`` when the tables are not this release's."""
    if not schema.is_current(engine):
        raise SettingsError("The database is not up to date: run `python -m server db upgrade`.")


def _write(work: Callable[[Session], str]) -> None:
    """Runs one change in one transaction and prints what it says; a refusal is one line and exit code 1."""
    with _engine(load_settings()) as engine:
        _ready(engine)
        try:
            with unit_of_work(engine) as session:
                said = work(session)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo(said)


# --- serving ----------------------------------------------------------------------------------------------------------


@cli.command(help="Serve a demonstration with its worker; Ctrl-C stops both. Made at the first start, kept afterwards.")
def run() -> None:
    settings = _with_key()
    serving.check_port(settings)
    with _engine(settings) as engine:
        schema.upgrade(engine)
        with unit_of_work(engine, writes=False) as session:
            is_set_up = queries.is_set_up(session)
        if not is_set_up:
            click.echo("Making the demonstration organisation ...")
            demo.make(engine, secret=settings.secret)

        def announce() -> None:
            click.echo(_welcome(settings, engine))

        sys.exit(serving.run_together(settings, announce))


def _with_key() -> Settings:
    """The settings, with the demonstration's own key where none is set; ``SettingsError`` when the one set is weak."""
    settings = load_settings()
    _make_folder(settings)
    if not settings.secret_key.get_secret_value():
        settings = settings.model_copy(update={"secret_key": SecretStr(serving.demonstration_key(settings.data))})
    settings.secret  # noqa: B018 (asked for its refusal)
    return settings


def _welcome(settings: Settings, engine: Engine) -> str:
    lines = ["", f"Repute serves {settings.origin}", ""]
    with unit_of_work(engine) as session:
        if queries.the_organisation(session).is_demonstration:
            lines.append("Sign in (each link works once, within 24 hours):")
            for role in ROLES:
                user = demo.guest(session, role=role)
                lines.append(f"  {role:<8} {settings.origin}{security.make_link(session, user_id=user.id)}")
        else:
            lines.append("This database holds your own organisation: `python -m server user link EMAIL` prints a link.")
    built = [EXTENSION / browser for browser in ("chrome", "firefox") if (EXTENSION / browser).is_dir()]
    lines += [f"  extension for {folder.name}: {folder}" for folder in built]
    lines += ["", f"Log: {settings.data.resolve() / serving.LOG_FILE}"]
    return "\n".join([*lines, "Ctrl-C stops everything.", ""])


@cli.command(help="Serve in production: gunicorn. Needs REPUTE_SECRET_KEY and an up-to-date database.")
def serve() -> None:
    settings = load_settings()
    settings.secret  # noqa: B018 (refuses a weak key before gunicorn starts)
    serving.check_port(settings)
    _make_folder(settings)
    with _engine(settings) as engine:
        _ready(engine)
    serving.serve(settings)


@cli.command(help="Do the jobs that requests left behind, until stopped.")
def worker() -> None:
    settings = load_settings()
    settings.secret  # noqa: B018 (jobs sign with it)
    logs.configure()
    with _engine(settings) as engine:
        _ready(engine)
        jobs_worker.run(engine, settings)


# --- database ---------------------------------------------------------------------------------------------------------


@cli.group(help="The database's tables.")
def db() -> None:
    pass


@db.command(help="Bring the tables to this release.")
def upgrade() -> None:
    with _engine(load_settings()) as engine:
        schema.upgrade(engine)
        click.echo("The database is up to date.")


@db.command(help="Say whether tables and triggers are as they should be.")
def check() -> None:
    with _engine(load_settings()) as engine:
        faults = [] if schema.is_current(engine) else ["not up to date: run `python -m server db upgrade`"]
        faults += schema.faults(engine)
    if faults:
        _fail("\n".join(faults))
    click.echo("The database is as it should be.")


# --- people and tokens ------------------------------------------------------------------------------------------------


@cli.group(help="People.")
def user() -> None:
    pass


@user.command(help="Add a person and print a link that signs them in once.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="rep", show_default=True)
@click.option("--team", type=int, help="Id of their team.")
@click.option("--organisation", help="Name of the organisation; needed with the first person.")
def add(email: str, name: str, role: str, team: int | None, organisation: str | None) -> None:
    def work(session: Session) -> str:
        if not queries.is_set_up(session):
            if not organisation:
                raise click.UsageError("The first person also needs --organisation NAME.")
            people.set_up(session, name=organisation)
            tuning.in_force(session)  # so that the first admin finds the scoring that judges
        added = people.add_user(session, email=email, name=name, role=role, team_id=team)
        return load_settings().origin + security.make_link(session, user_id=added.id)

    _write(work)


@user.command(help="Print a link that signs a person in once.")
@click.argument("email")
def link(email: str) -> None:
    _write(lambda session: load_settings().origin + security.make_link(session, user_id=_person(session, email).id))


@user.command(help="End a person's access at once; what they earned stays.")
@click.argument("email")
def deactivate(email: str) -> None:
    def work(session: Session) -> str:
        people.deactivate(session, user_id=_person(session, email).id)
        return "Every session and pairing of this person has ended."

    _write(work)


def _person(session: Session, email: str) -> User:
    found = queries.user_by_email(session, email=email)
    if found is None:
        raise click.UsageError("Nobody here has that e-mail address.")
    return found


@cli.group(help="Tokens for other systems.")
def token() -> None:
    pass


@token.command(name="add-integration", help="Make a token with which a CRM may report activities; shown once.")
@click.argument("label")
@click.option("--admin", required=True, help="E-mail of the administrator who answers for it.")
def add_integration(label: str, admin: str) -> None:
    def work(session: Session) -> str:
        person = _person(session, admin)
        if person.role != "admin":
            raise click.UsageError("Only an administrator can answer for an integration.")
        return security.add_integration(session, user_id=person.id, label=label)

    _write(work)


# --- ledger and demonstration -----------------------------------------------------------------------------------------


@cli.group(help="The credit ledger.")
def ledger() -> None:
    pass


@ledger.command(name="verify", help="Check every invariant of the books; exit code 1 if one does not hold.")
def verify_ledger() -> None:
    with _engine(load_settings()) as engine:
        _ready(engine)
        with unit_of_work(engine, writes=False) as session:
            violations = verify(session)
            accounts = session.scalar(select(func.count()).select_from(CreditAccount))
            entries = session.scalar(select(func.count()).select_from(LedgerEntry))
    if violations:
        _fail("\n".join(str(violation) for violation in violations))
    click.echo(f"The books balance: {accounts} accounts, {entries} entries.")


@cli.group(name="demo", help="The demonstration organisation.")
def demonstration() -> None:
    pass


@demonstration.command(name="make", help="Make it in an empty database.")
def make_demo() -> None:
    settings = _with_key()
    with _engine(settings) as engine:
        schema.upgrade(engine)
        try:
            demo.make(engine, secret=settings.secret)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation is there.")


@demonstration.command(name="remove", help="Remove it; refuses when real people are in the database.")
def remove_demo() -> None:
    with _engine(load_settings()) as engine:
        _ready(engine)
        try:
            demo.remove(engine)
        except Problem as problem:
            _fail(f"{problem.title}. {problem.detail}".strip())
        click.echo("The demonstration organisation is gone.")
