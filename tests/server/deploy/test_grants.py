"""The application runs as a PostgreSQL role that owns nothing and may not change what is append-only."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select
from sqlalchemy.exc import ProgrammingError

from server.app import create_app
from server.audit import seals
from server.audit.models import AuditSeal
from server.backup import operations as backup
from server.backup.files import BackupError
from server.core.clock import now
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.credit.operations import seal as seal_ledger
from server.migrations import schema
from server.people.models import User
from server.privacy import operations as privacy
from server.security import operations as security
from server.tuning.champion import ensure_champion
from tests.databases import postgres_url, settings_for
from tests.factories import bearer, make_token, make_user
from tests.forms import send

GRANTS = Path(__file__).parents[3] / "server/deploy/grants.sql"
DRAFT = "We measured 40 onboarding calls last month. Customers who saw a price first asked 3 times more questions."


@pytest.fixture(params=["before the first migration", "on an existing database"])
def roles(request, postgres_database):
    """Settings for the owner and the application, which both have the same database."""
    if not _has_psql():
        pytest.skip("psql is not installed")
    suffix = secrets.token_hex(4)
    names = {"owner": f"owner_{suffix}", "app": f"app_{suffix}"}
    url = postgres_database
    database = make_url(url).database + "_" + suffix
    with psycopg.connect(postgres_url(), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{database}"')
    database_url = make_url(url).set(database=database)
    urls = {role: database_url.set(username=name).render_as_string(hide_password=False) for role, name in names.items()}
    try:
        if request.param == "on an existing database":
            _upgrade(database_url.render_as_string(hide_password=False))
        for _ in range(2):
            _run_script(database_url.render_as_string(hide_password=False), names)
        _upgrade(urls["owner"])
        yield {role: settings_for(role_url) for role, role_url in urls.items()}
    finally:
        with psycopg.connect(postgres_url(), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            for name in names.values():
                server.execute(f'DROP ROLE IF EXISTS "{name}"')


def _has_psql():
    try:
        return subprocess.run(["psql", "--version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _run_script(url, names):
    variables = [part for name, value in names.items() for part in ("-v", f"{name}={value}")]
    result = subprocess.run(["psql", "-q", *variables, "-f", str(GRANTS), url], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def _upgrade(url):
    engine = make_engine(settings_for(url).sqlalchemy_url)
    try:
        schema.upgrade(engine)
        assert schema.differences(engine) == []
    finally:
        engine.dispose()


def test_the_application_runs_as_a_role_that_owns_nothing(roles):
    owner, engine = (make_engine(roles[role].sqlalchemy_url) for role in ("owner", "app"))
    app = create_app(roles["app"], engine)
    try:
        assert schema.owning_role(owner)
        assert schema.owning_role(engine) is None
        assert schema.is_current(engine)
        assert schema.differences(engine) == []
        with unit_of_work(engine) as session:
            user = make_user(session)
            ensure_champion(session)
            token = make_token(session, user=user)
            link = security.create_link(session, user_id=new_user_id(session))
        client = app.test_client()
        assert send(client, link, link).status_code == 303
        share = client.post(
            "/api/v1/shares",
            json={"surface": "linkedin-post", "text": DRAFT, "occurred_at": (now() - timedelta(hours=1)).isoformat()},
            headers=bearer(token, **{"Idempotency-Key": str(uuid.uuid4())}),
        )
        assert share.status_code == 201, share.json
        assert client.delete(f"/api/v1/shares/{share.json['id']}", headers=bearer(token)).status_code == 200
        with unit_of_work(engine) as session:
            assert seals.seal(session) > 0
            assert seal_ledger(session) > 0
            privacy.purge(session, at=now())
        with unit_of_work(engine, writes=False) as session:
            assert session.scalars(select(AuditSeal)).all()
        for table in triggers.APPEND_ONLY:
            column = {"credit_policy": "hash", "scoring_version": "hash", "appeal_closing": "appeal_id"}.get(table, "id")
            for statement in (
                f"UPDATE {table} SET {column} = {column}",  # noqa: S608 (our own names)
                f"DELETE FROM {table}",  # noqa: S608
                f"TRUNCATE {table} CASCADE",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"DROP TRIGGER {table}_no_update ON {table}",
            ):
                with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), engine.begin() as connection:
                    connection.exec_driver_sql(statement)
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE own (id int)")
    finally:
        for used in (owner, engine, *app.extensions["engines"]):
            used.dispose()


def new_user_id(session):
    return make_user(session, role="admin").id


def test_the_application_makes_backups_and_only_the_owner_of_the_database_restores_them(roles, postgres_database, tmp_path):
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is missing")
    owner, app = (roles[role].sqlalchemy_url for role in ("owner", "app"))
    engine = make_engine(app)
    with unit_of_work(engine) as session:
        make_user(session)
    engine.dispose()
    file = tmp_path / "backup"
    backup.back_up(app, file)
    for url in (app, owner):
        with pytest.raises(BackupError, match="must be owner of schema public"):
            backup.restore(url, file, replace=True)
    superuser = make_url(postgres_database).set(database=make_url(app).database).render_as_string(hide_password=False)
    assert all(result.violations == () for result in backup.restore(settings_for(superuser).sqlalchemy_url, file, replace=True))

    with pytest.raises(ProgrammingError, match="permission denied"):
        _count_people(app)
    _run_script(superuser, {role: make_url(url).username for role, url in (("owner", owner), ("app", app))})
    assert _count_people(app) == 1
    _upgrade(owner)
    engine = make_engine(app)
    assert schema.owning_role(engine) is None
    engine.dispose()


def _count_people(url):
    engine = make_engine(url)
    try:
        with unit_of_work(engine, writes=False) as session:
            return len(session.scalars(select(User)).all())
    finally:
        engine.dispose()
