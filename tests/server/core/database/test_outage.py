"""While the database is away, requests get 503 with what to do, and everything works in the first moment after it returns."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import sqlite3
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.orm import Session

from server.app import create_app
from server.core.clock import now
from server.core.database import outage
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.migrations import schema
from server.people.models import User
from server.tuning.champion import ensure_champion
from tests.databases import settings_for
from tests.factories import bearer, make_token, make_user, new_cookie
from tests.live import free_port

POSTGRES_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
DRAFT = "We measured 40 onboarding calls last month. Customers who saw a price first asked 3 times more questions."


class PrivatePostgres:
    """A PostgreSQL server of its own, which a test may stop."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")

    def _run(self, command: str, *arguments: str) -> None:
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        subprocess.run(
            [str(POSTGRES_BIN / command), *arguments],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=user and user.pw_uid, group=user and user.pw_gid,
        )  # fmt: skip

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    if POSTGRES_BIN is None:
        pytest.skip("PostgreSQL's programs are not in /usr/lib/postgresql")
    # Not below pytest's own folder, which the user postgres cannot enter.
    folder = Path("/tmp") / f"repute-postgres-{uuid.uuid4().hex}"  # noqa: S108
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = PrivatePostgres(folder)
    server.start()
    yield server
    with contextlib.suppress(subprocess.CalledProcessError):
        server.stop()
    shutil.rmtree(folder)


class Clients:
    """A signed-in browser and a paired extension."""

    def __init__(self, url: str, data: Path) -> None:
        settings = settings_for(url, data=data, assess_per_minute=10_000)
        self.engine = make_engine(settings.sqlalchemy_url)
        schema.upgrade(self.engine)
        with unit_of_work(self.engine) as session:
            user = make_user(session)
            ensure_champion(session)
            self.token = make_token(session, user=user)
        self.app = create_app(settings, self.engine)
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        self.browser = self.app.test_client()
        self.browser.set_cookie("repute", new_cookie(self.engine, user))

    def share(self):
        body = {"surface": "linkedin-post", "text": f"{DRAFT} {uuid.uuid4()}", "occurred_at": now().isoformat()}
        headers = bearer(self.token, **{"Idempotency-Key": str(uuid.uuid4())})
        return self.app.test_client().post("/api/v1/shares", json=body, headers=headers)

    def close(self):
        for engine in (self.engine, *self.app.extensions["engines"]):
            engine.dispose()


def test_postgresql_away_is_503_and_back_at_once(postgres, tmp_path, capsys, monkeypatch):
    clients = Clients(postgres.url, tmp_path)
    monkeypatch.setattr(outage, "_last_logged", {})
    try:
        assert clients.share().status_code == 201
        page = clients.browser.get("/me")
        assert page.status_code == 200
        postgres.stop()
        capsys.readouterr()
        for _ in range(3):
            refused = clients.share()
            assert (refused.status_code, refused.json["code"]) == (503, "database-unavailable")
            assert int(refused.headers["Retry-After"]) >= 1
            page = clients.browser.get("/me")
            assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
            assert "temporarily unavailable" in page.text
            assert "try again" in page.text
        output = capsys.readouterr().out
        assert output.count('"event": "database-unavailable"') == 1
        assert "unexpected-error" not in output
        # With a session cookie, as browsers send it.
        assert clients.browser.get("/healthz").status_code == 200
        with clients.browser.get("/static/css/base.css") as style_sheet:
            assert style_sheet.status_code == 200
        assert clients.browser.get("/readyz").status_code == 503
        sign_in = clients.browser.get("/sign-in")
        assert sign_in.status_code == 200
        assert 'name="password"' in sign_in.text
        postgres.start()
        assert clients.share().status_code == 201
        assert clients.browser.get("/me").status_code == 200
    finally:
        clients.close()


def test_a_locked_sqlite_database_is_503_and_reading_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("server.core.database.engine.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "repute.db"
    clients = Clients(f"sqlite:///{path}", tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        refused = clients.share()
        assert (refused.status_code, refused.json["code"]) == (503, "database-unavailable")
        assert clients.browser.get("/me").status_code == 200
        headers = bearer(clients.token)
        draft = {"surface": "linkedin-post", "text": DRAFT}
        assert clients.app.test_client().post("/api/v1/assess", json=draft, headers=headers).status_code == 200
        other.execute("ROLLBACK")
        assert clients.share().status_code == 201
    finally:
        other.close()
        clients.close()


def test_a_full_sqlite_disk_refuses_writes_and_loses_nothing(tmp_path):
    clients = Clients(f"sqlite:///{tmp_path / 'repute.db'}", tmp_path)
    try:
        kept = clients.share()
        assert kept.status_code == 201
        with clients.engine.connect() as connection:
            pages = connection.scalar(text("PRAGMA page_count"))

        def limit_pages(connection, _record, _proxy):
            connection.execute(f"PRAGMA max_page_count={pages}")

        # SQLite answers as it does on a full disk: SQLITE_FULL.
        event.listen(clients.engine, "checkout", limit_pages)
        responses = [clients.share() for _ in range(40)]
        refused = [response for response in responses if response.status_code != 201]
        assert refused
        assert {(response.status_code, response.json["code"]) for response in refused} == {(503, "disk-full")}
        assert "disk space" in refused[0].json["detail"]
        headers = bearer(clients.token)
        draft = {"surface": "linkedin-post", "text": DRAFT}
        assert clients.app.test_client().post("/api/v1/assess", json=draft, headers=headers).status_code == 200
        assert clients.browser.get("/me").status_code == 200
        event.remove(clients.engine, "checkout", limit_pages)
        with clients.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        assert clients.share().status_code == 201
        saved = 2 + len(responses) - len(refused)
        with clients.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM activity")) == saved
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    finally:
        clients.close()


def test_an_error_in_a_statement_is_not_an_outage(engine):
    with pytest.raises(DBAPIError) as raised, engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    assert outage.find_outage(raised.value) is None


def test_a_statement_timeout_is_an_outage(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no statement timeout")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 1")
        with pytest.raises(DBAPIError) as raised:
            connection.exec_driver_sql("SELECT pg_sleep(60)")
    assert outage.find_outage(raised.value) == "unavailable"


def test_a_connection_lost_while_the_pool_checks_it_is_an_outage():
    """psycopg then raises a ProgrammingError while it handles the loss: it cannot set autocommit back."""
    cause = psycopg.ProgrammingError("can't change 'autocommit' now: connection in transaction status INERROR")
    assert outage.find_outage(DBAPIError("SELECT 1", {}, cause)) is None
    cause.__context__ = psycopg.OperationalError("server closed the connection unexpectedly")
    assert outage.find_outage(DBAPIError("SELECT 1", {}, cause)) == "unavailable"


def test_a_commit_after_a_connection_was_lost_is_an_outage(engine):
    """A lost connection may go unnoticed until the commit, where an error is no DBAPIError."""
    with Session(engine) as session:
        session.execute(text("SELECT 1"))
        session.connection().invalidate()
        with pytest.raises(PendingRollbackError) as lost:
            session.commit()
    assert outage.find_outage(lost.value) == "unavailable"


def test_a_session_used_after_a_failed_flush_is_not_an_outage(engine):
    with Session(engine) as session:
        session.add(User(name=None))
        with pytest.raises(IntegrityError):
            session.flush()
        with pytest.raises(PendingRollbackError) as misuse:
            session.execute(text("SELECT 1"))
    assert outage.find_outage(misuse.value) is None
