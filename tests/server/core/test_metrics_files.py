"""A full disk ends no process: metrics are counted in memory instead, and requests are served."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.core import metrics_files
from server.core.metrics_files import AllocatedDict

COUNT_ON_A_FULL_DISK = """
import os, sys
from server.core import metrics
metrics.PROBLEMS.labels(code="before").inc()
with open(os.path.join(sys.argv[1], "filler"), "wb", buffering=0) as filler:
    try:
        while True:
            filler.write(bytes(4096))
    except OSError:
        pass
for number in range(30_000):
    metrics.PROBLEMS.labels(code=f"code-{number}").inc()
metrics.SECONDS.labels(route="/").observe(1)
print("served")
"""


def count_in(folder):
    variables = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", COUNT_ON_A_FULL_DISK, str(folder)], env=variables, capture_output=True, text=True, check=False
    )


def test_a_full_disk_ends_no_process(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        result = count_in(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert (result.returncode, result.stdout) == (0, "served\n"), result.stderr


def test_no_space_is_counted_in_memory(tmp_path, monkeypatch):
    def no_space(*_arguments):
        raise OSError(28, "No space left on device")

    values = AllocatedDict(str(tmp_path / "counter_1.db"))
    values.write_value("before", 1.0, 0.0)
    monkeypatch.setattr(metrics_files.os, "posix_fallocate", no_space)
    for number in range(30_000):
        values.write_value(f"{number:040}", float(number), 0.0)
    assert values.read_value("before")[0] == 1.0
    assert values.read_value(f"{29_999:040}")[0] == 29_999.0
    values.close()
    private = AllocatedDict(str(tmp_path / "counter_2.db"))
    private.write_value("a", 2.0, 0.0)
    assert private.read_value("a")[0] == 2.0
    private.close()


def test_values_survive_growing_and_are_read_by_other_processes(tmp_path):
    path = str(tmp_path / "counter_1.db")
    values = AllocatedDict(path)
    for number in range(30_000):
        values.write_value(f"{number:040}", float(number), 0.0)
    values.close()
    read = {key: value for key, value, _, _ in AllocatedDict.read_all_values_from_file(path)}
    assert len(read) == 30_000
    assert read[f"{29_999:040}"] == 29_999.0


def test_the_folder_is_private_and_empty(tmp_path):
    for _ in range(2):
        folder = metrics_files.empty_folder(tmp_path)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not list(folder.iterdir())
        (folder / "counter_1.db").touch()
    (folder / "counter_1.db").unlink()
    folder.rmdir()


def test_without_shared_memory_the_data_folder_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics_files, "SHARED_MEMORY", Path("/proc/nowhere"))
    assert metrics_files.empty_folder(tmp_path) == tmp_path / "metrics"
