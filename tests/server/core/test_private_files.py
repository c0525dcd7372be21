"""Only the server's user may read the data folder, and a withdrawn text leaves the files."""

from __future__ import annotations

import os
import stat
import subprocess

import pytest
from sqlalchemy import select

from server.core import logs
from server.core.database.engine import make_engine, truncate_wal
from server.core.database.session import unit_of_work
from server.core.private_files import make_private
from server.jobs import queue
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.migrations import schema
from server.people.models import Organisation
from tests.live import LiveServer


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}


def test_commands_create_private_files_and_tighten_existing_ones(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    server = LiveServer(folder)
    server.engine.dispose()
    log = folder / "server.log"
    log.touch(mode=0o644)
    folder.chmod(0o755)
    log.chmod(0o644)
    assert server.command("db", "upgrade").returncode == 0
    assert modes(folder) == {"data": 0o700, "server.log": 0o600, "repute.db": 0o600}


def test_a_folder_that_is_shared_by_design_is_left_alone(tmp_path):
    tmp_path.chmod(0o1777)
    make_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "data" / "repute.db"
    path.parent.mkdir()
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    yield path, engine
    engine.dispose()


def test_deleted_text_leaves_the_database_file_and_its_log(database):
    path, engine = database
    with unit_of_work(engine) as session:
        session.add(Organisation(name="A text that was shared and then withdrawn"))
    truncate_wal(engine)
    assert b"shared and then withdrawn" in path.read_bytes()
    with unit_of_work(engine) as session:
        session.query(Organisation).update({"name": "x"})
        queue.enqueue(session, "database.truncate-wal", {}, key="a")
        job_id = session.scalars(select(Job.id)).one()
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    for file in path.parent.iterdir():
        if not file.name.endswith("-shm"):
            assert b"shared and then withdrawn" not in file.read_bytes(), file.name


@pytest.mark.parametrize("command", ["db check", "ledger verify", "audit verify"])
def test_checks_work_on_a_read_only_disk(database, tmp_path, command):
    path, engine = database
    truncate_wal(engine)
    engine.dispose()
    folder = path.parent
    mounted = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        result = LiveServer(tmp_path).command(*command.split(), REPUTE_DATABASE_URL=f"sqlite:///{path}")
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(os.access("/dev/full", os.W_OK) is False, reason="there is no /dev/full")
def test_a_log_line_that_cannot_be_written_fails_no_request(monkeypatch):
    logs.configure()
    with open("/dev/full", "w", buffering=1) as full:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", full)
        logs.log.info("request")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
