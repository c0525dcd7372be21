"""A backup that is made while people use the server misses nothing that was acknowledged before it began."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.activities.models import Activity
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from tests.crash.traffic import Traffic
from tests.live import LiveServer


@pytest.fixture
def server(empty_database_url, tmp_path):
    server = LiveServer(tmp_path / "server", database_url=empty_database_url)
    server.folder.mkdir()
    try:
        yield server.prepare().start()
    finally:
        server.stop()


def test_backup_of_a_busy_server_misses_nothing_acknowledged(server, tmp_path):
    file = tmp_path / "backup"
    with Traffic(server) as traffic:
        traffic.wait(5, good=True)
        before = dict(traffic.acknowledged)
        traffic.enter("during")
        made = server.command("backup", str(file))
        traffic.wait(1, good=True)
    assert made.returncode == 0, made.stderr
    assert len(before) >= 5
    # Nobody was refused meanwhile.
    assert traffic.seen("share") == {201}
    assert traffic.seen("me") == {200}
    server.stop()

    restored = server.command("restore", str(file), "--replace")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "audit verify: The audit log matches its seals" in restored.stdout
    engine = make_engine(server.settings.sqlalchemy_url)
    with unit_of_work(engine, writes=False) as session:
        stored = {row.external_id: row.id for row in session.execute(select(Activity.external_id, Activity.id))}
    engine.dispose()
    assert before.items() <= stored.items()
    assert stored.items() <= traffic.acknowledged.items()
