"""``python -m server``: run, serve, worker, setup, db, backup, restore, jobs, user, team, token, audit, ledger,
extension, demo.

An invalid setting is one line and exit code 2."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

import click
from pydantic import SecretStr
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from nlp import ScoringError
from server import serving
from server.audit import export as audit_export
from server.audit import operations as audit_log
from server.audit import queries as audit_queries
from server.audit import seals as audit_seals
from server.backup import checks
from server.backup import commands as backup_commands
from server.core import logs
from server.core.access import INTEGRATION_SCOPES
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.private_files import make_file_private, make_private
from server.core.problems import Problem
from server.core.settings import Settings, SettingsError, load_settings
from server.credit.operations import publish_packaged_policies
from server.demo import operations as demo
from server.extension import commands as extension_commands
from server.jobs import queue
from server.jobs import worker as jobs_worker
from server.jobs.attempts import MAX_ATTEMPTS
from server.jobs.models import Job
from server.migrations import schema
from server.people import operations as people
from server.people import queries, teams, time_zones
from server.people.directory import team_paths
from server.people.models import ROLES, User
from server.security import integrations, second_factor
from server.security import operations as security
from server.tuning.champion import ensure_champion

EXIT_INVALID_SETTING = 2
RECONNECT_SECONDS = 5.0
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
        _fail(f"REPUTE_DATABASE_URL cannot be used: {_reason(error)}", code=EXIT_INVALID_SETTING)
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
        make_private(settings.data)
        # Checking permissions is not enough: the file system may be read-only.
        with TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        raise SettingsError(f"REPUTE_DATA cannot be used: {settings.data}: {error.strerror}") from None


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    if settings.sqlalchemy_url.startswith("sqlite"):
        _ensure_data_folder(settings)
        database = Path(make_url(settings.sqlalchemy_url).database or "")
        for suffix in ("", "-wal", "-shm"):
            make_file_private(database.with_name(database.name + suffix))
    engine = make_engine(settings.sqlalchemy_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _read_only_engine(settings: Settings) -> Iterator[Engine]:
    """For commands that only check, also on a copy on a disk that is mounted read-only."""
    engine = make_engine(settings.sqlalchemy_url, read_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _require_current_schema(engine: Engine) -> None:
    """Raises ``SettingsError`` if the schema is not this release's."""
    if not schema.is_current(engine):
        raise SettingsError("The database schema is not up to date: run `python -m server db upgrade`.")


def _wait_for_current_schema(engine: Engine) -> None:
    """As ``_require_current_schema``, but waits for a database server that does not answer: a host may start before it."""
    while True:
        try:
            return _require_current_schema(engine)
        except OperationalError as error:
            if engine.dialect.name != "postgresql":
                raise
            logs.log.error("database-unavailable", reason=_reason(error))
        time.sleep(RECONNECT_SECONDS)


def _reason(error: OperationalError) -> str:
    """The first line of the driver's message, which names the host or the file, never the content of a row."""
    return str(error.orig).strip().splitlines()[0]


def _upgrade(engine: Engine) -> None:
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        if queries.is_set_up(session):
            publish_packaged_policies(session)
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


@cli.command(
    help="Serve a demonstration and run its jobs; Ctrl-C stops everything. Its data is created at the first start and kept."
)
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
            demo.create(engine, secret_keys=settings.secret_keys)

        def announce() -> None:
            click.echo(_welcome(settings, engine))

        sys.exit(serving.run_together(settings, announce, reload=reload))


def _settings_with_key() -> Settings:
    """The settings, with the demonstration's own key if none is set. Raises ``SettingsError`` for a weak key."""
    settings = load_settings()
    _ensure_data_folder(settings)
    if not settings.secret_key.get_secret_value():
        settings = settings.model_copy(update={"secret_key": _demonstration_secret(settings, serving.KEY_FILE)})
    if not settings.metrics_token.get_secret_value():
        settings = settings.model_copy(update={"metrics_token": _demonstration_secret(settings, serving.METRICS_TOKEN_FILE)})
    settings.require_secret_keys()
    return settings


def _demonstration_secret(settings: Settings, name: str) -> SecretStr:
    return SecretStr(serving.demonstration_secret(settings.data, name))


def _welcome(settings: Settings, engine: Engine) -> str:
    lines = ["", f"Repute is running at {settings.origin}", ""]
    with unit_of_work(engine) as session:
        if queries.get_organisation(session).is_demonstration:
            lines += _demonstration_links(session, settings)
        else:
            lines.append(
                "This database contains your own organisation. To get a sign-in link: `python -m server user link EMAIL`"
            )
    builds = [EXTENSION / browser for browser in ("chrome", "firefox") if (EXTENSION / browser).is_dir()]
    lines += [f"  extension for {folder.name}: {folder}" for folder in builds]
    lines += ["", f"Token for {settings.origin}/metrics: {settings.data.resolve() / serving.METRICS_TOKEN_FILE}"]
    lines += [f"Log: {settings.data.resolve() / serving.LOG_FILE}"]
    return "\n".join([*lines, "Press Ctrl-C to stop.", ""])


def _demonstration_links(session: Session, settings: Settings) -> list[str]:
    visitors = ((role, demo.visitor_account(session, role=role)) for role in ROLES)
    links = [f"  {role:<8} {_sign_in_link(session, settings, visitor)}" for role, visitor in visitors]
    return ["Sign in (each link works once and expires after 24 hours):", *links]


@cli.command(help="Serve in production with gunicorn. Needs REPUTE_SECRET_KEY and an up-to-date database schema.")
def serve() -> None:
    settings = load_settings()
    settings.require_secret_keys()
    serving.check_port(settings)
    _ensure_data_folder(settings)
    with _engine(settings) as engine:
        _require_current_schema(engine)
    serving.serve(settings)


@cli.command(help="Run background jobs until stopped. On SQLite the server runs them; this waits until it no longer does.")
def worker() -> None:
    settings = load_settings()
    settings.require_secret_keys()
    logs.configure()
    with _engine(settings) as engine:
        _wait_for_current_schema(engine)
        jobs_worker.run(engine)


# --- database ---------------------------------------------------------------------------------------------------------


@cli.group(help="Manage the database schema.")
def db() -> None:
    pass


@db.command(help="Upgrade the schema to this release.")
def upgrade() -> None:
    with _engine(load_settings()) as engine:
        _upgrade(engine)
        click.echo("Database schema is up to date.")


@db.command(help="Check that tables and triggers match this release, and the audit log its seals.")
def check() -> None:
    with _read_only_engine(load_settings()) as engine:
        result = checks.check_schema(engine)
        role = schema.owning_role(engine)
    if role:
        click.echo(
            f"Warning: the role {role} owns the tables, so whoever has its password can disable their triggers. "
            "See server/deploy/grants.sql.",
            err=True,
        )
    if result.violations:
        _fail("\n".join(result.violations))
    click.echo(result.summary)


cli.add_command(backup_commands.backup)
cli.add_command(backup_commands.restore)
cli.add_command(extension_commands.extension)


# --- jobs -------------------------------------------------------------------------------------------------------------


@cli.group(help="List failed and waiting background jobs, and retry failed ones.", invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        _run_in_transaction(_list_jobs)


@jobs.command(help="Run a failed job again.")
@click.argument("job_id", metavar="ID", type=int)
def retry(job_id: int) -> None:
    def work(session: Session) -> str:
        if not queue.retry(session, job_id=job_id):
            raise click.UsageError("No failed job has this id: `python -m server jobs` lists them.")
        return "The job will run again as soon as a worker is free."

    _run_in_transaction(work)


def _list_jobs(session: Session) -> str:
    unfinished = queue.list_unfinished(session)
    lines = [_describe_job(job) for job in unfinished]
    if any(job.state == "failed" for job in unfinished):
        lines.append("To run a failed job again: `python -m server jobs retry ID`.")
    return "\n".join(lines) or "No failed or waiting jobs."


def _describe_job(job: Job) -> str:
    """Kind, attempts and the type of the last error, never the arguments."""
    attempts = f"{job.attempts}/{MAX_ATTEMPTS} attempts"
    time = f"failed {job.finished_at:%Y-%m-%d %H:%M} UTC" if job.finished_at else f"due {job.run_after:%Y-%m-%d %H:%M} UTC"
    return f"{job.id:>6}  {job.kind:<16}  {job.state:<7}  {attempts}  {job.last_error or '-':<24}  {time}"


# --- setting up -------------------------------------------------------------------------------------------------------


@cli.command(help="Set up the organisation and its first administrator in an empty database. Asks for what no option says.")
@click.option("--name", help="Name of the organisation.")
@click.option("--time-zone", help="IANA time zone in which days and weeks begin, such as Europe/Berlin.")
@click.option("--admin-name", help="Name of the first administrator.")
@click.option("--admin-email", help="E-mail address of the first administrator.")
@click.option("--sample-data", is_flag=True, help="Create the demonstration with invented people instead.")
def setup(
    *, name: str | None, time_zone: str | None, admin_name: str | None, admin_email: str | None, sample_data: bool
) -> None:
    _run_in_transaction(_require_not_set_up)
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
        link = _sign_in_link(session, load_settings(), admin)
        return f"{name} is set up. Sign in with this link, which works once and expires after 24 hours:\n{link}"

    _run_in_transaction(work)


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
    settings = _settings_with_key()
    with _engine(settings) as engine:
        demo.create(engine, secret_keys=settings.secret_keys)
        with unit_of_work(engine) as session:
            click.echo("The demonstration was created. To remove it: `python -m server demo remove`.")
            click.echo("\n".join(_demonstration_links(session, settings)))


# --- people and tokens ------------------------------------------------------------------------------------------------


@cli.group(help="Manage people.")
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
        return _sign_in_link(session, load_settings(), person)

    _run_in_transaction(work)


@user.command(help="Print a one-time sign-in link for a person.")
@click.argument("email")
def link(email: str) -> None:
    def work(session: Session) -> str:
        person = _get_person(session, email)
        if not person.is_active:
            raise click.UsageError("This person is deactivated, so a link would not work. Rehire them on their page first.")
        return _sign_in_link(session, load_settings(), person)

    _run_in_transaction(work)


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


@user.command(name="earlier-keys", help="List people whose second factor may need one of REPUTE_SECRET_KEY_FALLBACKS.")
def earlier_keys() -> None:
    current = load_settings().require_secret_keys().current

    def work(session: Session) -> str:
        uses = second_factor.list_earlier_key_uses(session, current=current)
        return "\n".join(map(_describe_earlier_key_use, uses)) or "Nobody's second factor needs an earlier key."

    _run_in_transaction(work)


def _describe_earlier_key_use(use: second_factor.EarlierKeyUse) -> str:
    parts = ["app"] if use.has_app else []
    if use.recovery_codes:
        parts.append(f"recovery codes ({use.recovery_codes})")
    return f"{use.email}: {', '.join(parts)}"


def _sign_in_link(session: Session, settings: Settings, person: User) -> str:
    return settings.origin + security.create_link(session, user_id=person.id)


def _get_person(session: Session, email: str) -> User:
    person = queries.user_by_email(session, email=email)
    if person is None:
        raise click.UsageError("No user has this e-mail address.")
    return person


@cli.group(help="Manage the tree of teams.")
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

    _run_in_transaction(work)


@team.command(name="list", help="List the teams with their ids.")
def list_teams() -> None:
    def work(session: Session) -> str:
        paths = team_paths(queries.all_teams(session))
        rows = sorted(paths.items(), key=lambda row: row[1].casefold())
        return "\n".join(f"{team_id:>6}  {path}" for team_id, path in rows) or "There are no teams."

    _run_in_transaction(work)


@cli.group(help="Manage tokens for other systems.")
def token() -> None:
    pass


@token.command(name="add-integration", help="Create a token for a CRM or an identity provider. It is shown once.")
@click.argument("label")
@click.option("--admin", required=True, help="E-mail address of the accountable administrator.")
@click.option(
    "--scope", type=click.Choice(INTEGRATION_SCOPES), default="activities:write", show_default=True,
    help="Report activities, or add and remove people (SCIM).",
)  # fmt: skip
def add_integration(label: str, admin: str, scope: str) -> None:
    _run_in_transaction(
        lambda session: integrations.add(session, label=label, scope=scope, created_by=_get_admin(session, admin).id)
    )


def _get_admin(session: Session, email: str) -> User:
    person = _get_person(session, email)
    if person.role != "admin":
        raise click.UsageError("Only an administrator can be accountable for an integration.")
    return person


@token.command(name="list", help="List integrations and their tokens.")
def list_tokens() -> None:
    def work(session: Session) -> str:
        lines = []
        for integration in integrations.list_integrations(session):
            lines.append(f"{integration.id}  {integration.label}  (added by {integration.created_by})")
            for info in integration.tokens:
                used = f"last used {info.last_used_on}" if info.last_used_on else "never used"
                until = "expired" if info.state == "expired" else "expires"
                lines.append(f"    {info.state}: {until} {info.expires_at:%Y-%m-%d}, {used}, created by {info.created_by}")
        return "\n".join(lines) or "There are no integrations."

    _run_in_transaction(work)


@token.command(name="rotate", help="Create a new token for the integration ID, shown once. The old one works for 14 more days.")
@click.argument("integration_id", metavar="ID", type=int)
@click.option("--admin", required=True, help="E-mail address of the accountable administrator.")
def rotate_token(integration_id: int, admin: str) -> None:
    _run_in_transaction(
        lambda session: integrations.rotate(session, integration_id=integration_id, created_by=_get_admin(session, admin).id)
    )


@token.command(name="revoke", help="End the integration ID and all its tokens immediately.")
@click.argument("integration_id", metavar="ID", type=int)
def revoke_integration(integration_id: int) -> None:
    def work(session: Session) -> str:
        integrations.revoke(session, integration_id=integration_id)
        return "Revoked. Its tokens no longer work."

    _run_in_transaction(work)


# --- audit log --------------------------------------------------------------------------------------------------------


@cli.group(help="Export and check the audit log.")
def audit() -> None:
    pass


@audit.command(name="export", help="Seal the log and print it as JSON lines, to be kept on another host.")
@click.option(
    "--since", type=int, default=0, metavar="SEAL", help="Only the seals after this one: the last of your previous export."
)
def export_audit_log(since: int) -> None:
    with _engine(load_settings()) as engine:
        _require_current_schema(engine)
        logs.configure()
        with redirect_stdout(sys.stderr), unit_of_work(engine) as session:
            audit_log.record(session, action="audit.exported", object_type="audit-log", object_id="all", reason_code="sealed")
        with redirect_stdout(sys.stderr), unit_of_work(engine) as session:
            audit_seals.seal(session)
        with unit_of_work(engine, writes=False) as session:
            for line in audit_export.export_lines(session, since=since):
                click.echo(line)
            newest = audit_queries.newest_seal(session)
    click.echo(f"Exported up to seal {newest.id}." if newest else "Nothing is sealed yet.", err=True)


@audit.command(
    name="verify", help="Check the log against its seals and, if given, an exported FILE; exit code 1 if they differ."
)
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
def verify_audit_log(file: TextIO | None) -> None:
    with _read_only_engine(load_settings()) as engine:
        _require_current_schema(engine)
        with unit_of_work(engine, writes=False) as session:
            chain = audit_seals.verify(session)
            violations = chain.violations + (audit_export.compare_export(session, file) if file else [])
    if violations:
        _fail("\n".join(violations))
    click.echo(checks.describe_chain(chain))


# --- ledger and demonstration -----------------------------------------------------------------------------------------


@cli.group(help="Inspect the credit ledger.")
def ledger() -> None:
    pass


@ledger.command(name="verify", help="Check every invariant of the ledger; exit code 1 if one is violated.")
def verify_ledger() -> None:
    with _read_only_engine(load_settings()) as engine:
        _require_current_schema(engine)
        result = checks.check_ledger(engine)
    if result.violations:
        _fail("\n".join(result.violations))
    click.echo(result.summary)


@cli.group(name="demo", help="Manage the demonstration organisation.")
def demonstration() -> None:
    pass


@demonstration.command(name="make", help="Create it in an empty database.")
def make_demo() -> None:
    settings = _settings_with_key()
    with _engine(settings) as engine:
        schema.upgrade(engine)
        try:
            demo.create(engine, secret_keys=settings.secret_keys)
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
