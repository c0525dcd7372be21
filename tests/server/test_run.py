"""``python -m server run`` creates the demonstration, stops all processes on Ctrl-C, and keeps its data across restarts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from sqlalchemy import func, select

from server.activities.models import Activity
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from tests.live import ROOT, START_SECONDS, free_port


def start(folder, port):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("REPUTE_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "server", "run"],
        cwd=ROOT,
        env=variables | {"REPUTE_DATA": str(folder), "REPUTE_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith("Press Ctrl-C"):
            return process, lines
    raise AssertionError(f"run exited with {process.wait()}: {lines}")


def sign_in_links(lines):
    return {line.split()[0]: line.split()[1] for line in lines if "/link/" in line}


def child_pids(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def count_activities(folder):
    engine = make_engine(Settings(data=folder).sqlalchemy_url)
    with unit_of_work(engine, writes=False) as session:
        count = session.scalar(select(func.count()).select_from(Activity))
    engine.dispose()
    return count


def test_run_serves_stops_all_processes_and_keeps_its_data(tmp_path):
    port = free_port()
    first, lines = start(tmp_path, port)
    try:
        assert set(sign_in_links(lines)) == {"rep", "manager", "admin"}
        with urllib.request.urlopen(sign_in_links(lines)["manager"], timeout=START_SECONDS) as page:  # noqa: S310 (our own)
            assert page.status == 200
        assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
        # gunicorn, whose workers also run the jobs on SQLite.
        pids = child_pids(first)
        assert len(pids) == 1
    finally:
        first.send_signal(signal.SIGINT)
        assert first.wait(START_SECONDS) == 0
        first.stdout.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    activities, key = count_activities(tmp_path), (tmp_path / "secret_key").read_text()
    assert activities > 300

    second, lines = start(tmp_path, port)
    try:
        assert "Creating the demonstration organisation ..." not in lines
        assert (count_activities(tmp_path), (tmp_path / "secret_key").read_text()) == (activities, key)
        assert set(sign_in_links(lines)) == {"rep", "manager", "admin"}
        # When it dies unexpectedly, so does the demonstration.
        os.kill(child_pids(second)[0], signal.SIGKILL)
        assert second.wait(START_SECONDS) == 1
    finally:
        second.kill()
        second.wait()
        second.stdout.close()
