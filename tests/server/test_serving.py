"""gunicorn as deployed: responses, metrics summed over workers, settings and the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.cli import main
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.secret_keys import SecretKeys
from server.jobs.models import Job
from server.migrations import schema
from server.privacy import operations as privacy
from server.privacy.models import DataExport
from tests.factories import enrol, make_user, new_cookie
from tests.live import METRICS_TOKEN, SECRET, START_SECONDS, LiveServer

NEW_SECRET = "the key that replaces it in a live test"


def call(server, method, path, body=None, headers=None):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=START_SECONDS)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json"} | (headers or {}))
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


def read_metrics(server):
    return call(server, "GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})[1].decode()


def test_gunicorn_serves_api_and_pages(live_server):
    token = live_server.pair()
    body = {"surface": "linkedin-post", "text": "We are excited to announce our game-changing solution!"}
    status, response, headers = call(live_server, "POST", "/api/v1/assess", body, {"Authorization": f"Bearer {token}"})
    assert status == 200
    assert json.loads(response)["scoring_version"]
    assert headers["Server"] == "Repute"
    status, page, _ = call(live_server, "GET", live_server.login_link("manager").removeprefix(live_server.base_url))
    assert status == 200
    assert b"Sign in" in page


def test_metrics_sum_over_all_workers(live_server):
    assert len(live_server.workers()) == live_server.settings.workers

    def count_requests():
        text = read_metrics(live_server)
        match = re.search(r'repute_requests_total{method="GET",route="/api/v1/adapters",status="200"} (\d+)', text)
        return int(match[1]) if match else 0

    before = count_requests()
    for _ in range(20):
        call(live_server, "GET", "/api/v1/adapters")
    assert count_requests() == before + 20


def test_server_responds_after_a_worker_is_killed(live_server):
    before = set(live_server.workers())
    live_server.kill_worker()
    assert call(live_server, "GET", "/healthz")[0] == 200
    assert call(live_server, "GET", "/readyz")[0] == 200
    assert before & set(live_server.workers())


def test_the_server_runs_the_jobs_of_sqlite_in_one_process(live_server):
    def create_export():
        with unit_of_work(live_server.engine) as session:
            export_id = privacy.request_export(session, user_id=make_user(session).id).id

        def is_ready():
            with unit_of_work(live_server.engine, writes=False) as session:
                return session.get_one(DataExport, export_id).ready_at is not None

        wait_until(is_ready)

    create_export()
    # The other process waits. When the one that runs them dies, another takes over.
    wait_until(lambda: "worker-waiting" in live_server.events())
    started = live_server.events().count("worker-started")
    for pid in live_server.workers():
        os.kill(pid, signal.SIGKILL)
    create_export()
    assert live_server.events().count("worker-started") == started + 1


def test_failed_jobs_are_shown_to_operators(live_server):
    waiting = live_server.command("jobs")
    assert waiting.returncode == 0, waiting.stderr
    with unit_of_work(live_server.engine) as session:
        job = Job(kind="privacy.export", args={"export_id": 4711}, idempotency_key=uuid.uuid4().hex, state="failed")
        job.attempts, job.last_error, job.finished_at = 5, "Interrupted", now()
        session.add(job)
    assert "repute_jobs_failed 1.0\n" in read_metrics(live_server)
    listed = live_server.command("jobs").stdout
    assert all(word in listed for word in (str(job.id), "privacy.export", "failed", "5/5", "Interrupted", "jobs retry ID"))
    assert "4711" not in listed
    assert live_server.command("jobs", "retry", str(job.id + 1)).returncode == 2
    retried = live_server.command("jobs", "retry", str(job.id))
    assert retried.stdout == "The job will run again as soon as a worker is free.\n"

    def is_done():  # the export does not exist any more, so there is nothing to do
        with unit_of_work(live_server.engine, writes=False) as session:
            return session.get_one(Job, job.id).state == "done"

    wait_until(is_done)
    assert "repute_jobs_failed 0.0\n" in read_metrics(live_server)


def test_workers_stop_with_a_killed_master(tmp_path):
    server = LiveServer(tmp_path).prepare().start()
    try:
        workers = server.workers()
        # The workers used to keep the port until such a connection ended.
        with socket.create_connection(("127.0.0.1", server.port)):
            server.kill_master()
            wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        server.start()
        assert call(server, "GET", "/healthz")[0] == 200
    finally:
        server.stop()


def test_restart_with_another_secret_key(tmp_path):
    body = {"surface": "linkedin-comment", "text": "The planner in Ulm keeps one list.", "occurred_at": now().isoformat()}
    server = LiveServer(tmp_path).prepare().start()
    try:
        rep, token = server.users["rep"], server.pair()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "before-the-restart"}
        first = call(server, "POST", "/api/v1/shares", body, headers)
        assert first[0] == 201
        cookie = {"Cookie": f"repute={new_cookie(server.engine, rep)}"}
        enrol(server.engine, rep, SecretKeys(SECRET.encode()))
    finally:
        server.stop()
    server = LiveServer(tmp_path, overrides={"secret_key": NEW_SECRET, "secret_key_fallbacks": SECRET}).start()
    try:
        again = call(server, "POST", "/api/v1/shares", body, headers)
        assert (again[:2], again[2]["Idempotency-Hit"]) == (first[:2], "true")
        copy = call(server, "POST", "/api/v1/shares", body, headers | {"Idempotency-Key": "after-the-restart"})
        assert json.loads(copy[1])["state"] == "duplicate"
        assert call(server, "GET", "/settings", headers=cookie)[0] == 200
        assert server.command("user", "earlier-keys").stdout == f"{rep.email}: app, recovery codes (10)\n"
        for check in (("db", "check"), ("ledger", "verify"), ("audit", "verify")):
            assert server.command(*check).returncode == 0, check
    finally:
        server.stop()


def wait_until(condition):
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_listens_on_loopback_only(live_server):
    address = socket.gethostbyname(socket.gethostname())
    if address.startswith("127."):
        pytest.skip("this machine has only a loopback address")
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex((address, live_server.port)) != 0


def test_command_line_uses_the_same_database(live_server):
    assert live_server.command("db", "check").stdout == "Database schema is up to date.\n"
    assert live_server.command("ledger", "verify").stdout.startswith("The ledger balances: ")
    added = live_server.command("user", "add", "--email", "New@Example.com", "--name", "Nia Brook", "--role", "admin")
    assert added.stdout.startswith(f"{live_server.base_url}/link/")
    assert call(live_server, "GET", added.stdout.strip().removeprefix(live_server.base_url))[0] == 200
    duplicate = live_server.command("user", "add", "--email", "new@example.com", "--name", "Nia Brook")
    assert (duplicate.returncode, duplicate.stderr) == (1, "email: is already in use.\n")
    token = live_server.command("token", "add-integration", "CRM", "--admin", "new@example.com").stdout.strip()
    status, response, _ = call(live_server, "GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (status, json.loads(response)["code"]) == (403, "scope")
    # The token belongs to the organisation, not to the administrator who created it.
    assert live_server.command("user", "deactivate", "new@example.com").returncode == 0
    assert call(live_server, "GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})[0] == 403
    assert live_server.command("token", "revoke", "1").returncode == 0
    assert call(live_server, "GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})[0] == 401


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"REPUTE_SECRET_KEY": ""}, "REPUTE_SECRET_KEY is missing"),
        ({"REPUTE_SECRET_KEY": "short"}, "REPUTE_SECRET_KEY is too weak"),
        ({"REPUTE_SECRET_KEY": "a" * 32}, "REPUTE_SECRET_KEY is too weak"),
        ({"REPUTE_SECRET_KEY": "k7Qm3xRa" * 4}, "REPUTE_SECRET_KEY is too weak"),
        ({"REPUTE_SECRET_KEY": "abcdefghijklmnopqrstuvwxyz123456"}, "REPUTE_SECRET_KEY is too weak"),
        ({"REPUTE_SECRET_KEY_FALLBACKS": "short"}, "REPUTE_SECRET_KEY_FALLBACKS is too weak"),
        ({"REPUTE_SECRET_KEY_FALLBACKS": f"{NEW_SECRET},{'a' * 32}"}, "REPUTE_SECRET_KEY_FALLBACKS is too weak"),
        ({"REPUTE_SECRET_KEY_FALLBACKS": f"{NEW_SECRET},{SECRET}"}, "REPUTE_SECRET_KEY_FALLBACKS contains REPUTE_SECRET_KEY"),
        ({"REPUTE_SECURITY_CONTACT": "security@example.com"}, "REPUTE_SECURITY_CONTACT is invalid: must be an address"),
        ({"REPUTE_PORT": "no"}, "REPUTE_PORT is invalid"),
        ({"REPUTE_BASE_URL": "repute"}, "REPUTE_BASE_URL is invalid"),
        ({"REPUTE_DATABASE_URL": "mysql://x"}, "REPUTE_DATABASE_URL is invalid"),
        ({"REPUTE_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "REPUTE_DATABASE_URL cannot be used"),
        ({"REPUTE_DATA": "/proc/nowhere"}, "REPUTE_DATA cannot be used: /proc/nowhere"),
        ({"REPUTE_REDIS_URL": "x"}, "REPUTE_REDIS_URL is invalid"),
    ],
    ids=lambda value: next(iter(value)) + "=" + next(iter(value.values())) if isinstance(value, dict) else "",
)
def test_invalid_setting_is_one_line_and_exit_code_2(tmp_path, monkeypatch, capsys, setting, message):
    server = LiveServer(tmp_path)
    schema.upgrade(server.engine)
    server.engine.dispose()
    assert run(monkeypatch, server.environment | setting, "serve") == 2
    stderr = capsys.readouterr().err
    assert stderr.startswith(message)
    assert stderr.count("\n") == 1


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/proc/sys"], ids=["cannot be created", "cannot be written to"])
@pytest.mark.parametrize(
    ("command", "database"),
    [
        *((command, "") for command in ("demo make", "user link a@b.example", "worker")),
        # These keep files in the folder with any database.
        *((command, database) for command in ("run", "serve") for database in ("", "postgresql://127.0.0.1:1/x")),
    ],
)
def test_every_command_reports_an_unusable_data_folder(monkeypatch, capsys, command, database, folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {"REPUTE_DATA": folder, "REPUTE_DATABASE_URL": database, "REPUTE_PORT": str(port)}
    key = {"REPUTE_SECRET_KEY": "" if command in ("run", "demo make") else SECRET}
    assert run(monkeypatch, variables | key, *command.split()) == 2
    stderr = capsys.readouterr().err
    assert stderr.startswith(f"REPUTE_DATA cannot be used: {folder}: ")
    assert stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["ledger verify", "audit verify", "db check"])
def test_a_check_without_a_database_says_so_and_creates_none(monkeypatch, capsys, tmp_path, command):
    assert run(monkeypatch, {"REPUTE_DATA": str(tmp_path), "REPUTE_DATABASE_URL": ""}, *command.split()) == 2
    stderr = capsys.readouterr().err
    assert stderr == f"REPUTE_DATABASE_URL cannot be used: there is no database at {tmp_path / 'repute.db'}.\n"
    assert not list(tmp_path.iterdir())


def test_serve_refuses_an_outdated_schema(tmp_path, monkeypatch, capsys):
    assert run(monkeypatch, LiveServer(tmp_path).environment, "serve") == 2
    stderr = capsys.readouterr().err
    assert "db upgrade" in stderr
    assert stderr.count("\n") == 1


def test_serve_reports_a_port_in_use(tmp_path, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = LiveServer(tmp_path, port=other.getsockname()[1])
        assert run(monkeypatch, server.environment, "serve") == 2
        assert capsys.readouterr().err.startswith(f"REPUTE_PORT {server.port} cannot be used")


def run(monkeypatch, variables, *arguments):
    """The exit code of a command that exits before it serves."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as raised:
        main(list(arguments))
    return raised.value.code
