"""`audit export` and `audit verify` on the command line."""

from __future__ import annotations

import json

from server.migrations import schema
from tests.live import LiveServer


def test_an_export_is_complete_recorded_and_compared(tmp_path):
    server = LiveServer(tmp_path)
    schema.upgrade(server.engine)
    server.engine.dispose()
    added = server.command("setup", "--name", "B", "--time-zone", "UTC", "--admin-name", "A", "--admin-email", "a@b.example")
    assert added.returncode == 0
    exported = server.command("audit", "export")
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [line["type"] for line in lines[-2:]] == ["entry", "seal"]
    assert lines[-2]["action"] == "audit.exported"
    assert "Exported up to seal 1." in exported.stderr
    file = tmp_path / "export.jsonl"
    file.write_text(exported.stdout)
    assert server.command("audit", "verify", str(file)).stdout.startswith("The audit log matches its seals: ")
    file.write_text(exported.stdout.replace("audit.exported", "audit.deleted"))
    changed = server.command("audit", "verify", str(file))
    assert (changed.returncode, changed.stderr) == (1, "seal 1: its entries in the file were changed\n")
