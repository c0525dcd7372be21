"""Where the processes of one server share their metrics, so that a full disk cannot end a process.

Prometheus maps its files into memory and lets them grow sparsely; on a full disk, writing to such a page ends the process with
SIGBUS. Here every file is allocated in full before it is mapped. If that fails, the process counts in memory of its own: those
counts are missing from ``/metrics``, and the request is served."""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import stat
from pathlib import Path

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (a private folder in it)
#: As much as a process uses, so that files seldom grow.
INITIAL_BYTES = 1 << 20


def empty_folder(data: Path) -> Path:
    """A private, empty folder for the server with this data folder: in shared memory where there is some, which a full disk
    does not affect, otherwise in the data folder."""
    name = f"repute-{os.getuid()}-{hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]}"
    for folder in (SHARED_MEMORY / name, data.resolve() / "metrics"):
        # Nothing else removes the files of processes that have ended.
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(mode=0o700, parents=folder.parent != SHARED_MEMORY)
        except OSError:
            continue  # no shared memory, or somebody else's folder has this name
        if stat.S_ISDIR(folder.lstat().st_mode):
            return folder
    return data.resolve() / "metrics"


class AllocatedDict(MmapedDict):
    """The library's file, allocated in full before it is mapped."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:  # noqa: FBT001, FBT002 (the library's signature)
        self._is_private = False
        if not read_mode:
            try:
                descriptor = os.open(filename, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    os.posix_fallocate(descriptor, 0, INITIAL_BYTES)
                finally:
                    os.close(descriptor)
            except OSError:
                self._use_memory(INITIAL_BYTES, b"")
                self._positions, self._used = {}, 8
                return
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        # Key, its padding and length, value and time: more than the library needs.
        needed = self._used + len(key.encode()) + 32
        if needed > self._capacity:
            self._grow(max(self._capacity * 2, needed))
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _grow(self, size: int) -> None:
        if not self._is_private:
            try:
                os.posix_fallocate(self._f.fileno(), 0, size)
            except OSError:
                pass
            else:
                self._m = mmap.mmap(self._f.fileno(), size)
                self._capacity = size
                return
        self._use_memory(size, bytes(self._m[: self._used]))

    def _use_memory(self, size: int, content: bytes) -> None:
        if not self._is_private:
            self._is_private = True
            if hasattr(self, "_f"):
                self._f.close()
            self._f = open(os.devnull, "a+b")  # noqa: SIM115, PTH123 (the library closes it)
        self._m = mmap.mmap(-1, size)
        self._m[: len(content)] = content
        self._capacity = size


def install() -> None:
    """Makes the Prometheus library use ``AllocatedDict`` for its files."""
    setattr(values, "MmapedDict", AllocatedDict)  # noqa: B010 (not exported for type checkers)
