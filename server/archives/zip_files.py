"""Opens ZIP files that strangers may have made: nothing in their headers is believed, and everything is limited."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Literal

from server.archives.model import ArchiveError, Limits

Refusal = Literal["damaged", "directory", "outside", "link", "encrypted", "packing", "too-large", "ratio", "total"]
#: What to say of a refusal; the second argument is the name of the file in the archive, if it is about one.
Say = Callable[[Refusal, str], str]

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
#: What ``zipfile`` and ``zlib`` raise for a file that is not as its own headers say.
_ZIP_ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
               OverflowError, OSError)  # fmt: skip


def base_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


@contextmanager
def open_zip(file: IO[bytes], limits: Limits, say: Say) -> Iterator[zipfile.ZipFile]:
    source: Any = _BoundedReads(file, limits, say)
    try:
        archive = zipfile.ZipFile(source)
    except _ZIP_ERRORS:
        raise ArchiveError(say("damaged", "")) from None
    with archive:
        yield archive


def check_path(entry: zipfile.ZipInfo, say: Say) -> None:
    """Refuses paths that leave the archive's folder, and links. ``zipfile`` cuts names at a NUL character and replaces
    separators, so the name in the file is checked."""
    path = entry.orig_filename
    parts = re.split(r"[/\\]", path)
    if path.startswith(("/", "\\")) or ".." in parts or "\0" in path or re.match(r"[A-Za-z]:", path):
        raise ArchiveError(say("outside", ""))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveError(say("link", ""))


def check_entry(entry: zipfile.ZipInfo, limits: Limits, say: Say) -> None:
    """Refuses what its own headers say is encrypted, packed in an unusual way, or too large."""
    name = base_name(entry.filename)
    if entry.flag_bits & 0x1:
        raise ArchiveError(say("encrypted", name))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(say("packing", name))
    if entry.file_size > limits.member_bytes:
        raise ArchiveError(say("too-large", name))
    if _ratio_is_exceeded(entry.file_size, entry.compress_size, limits):
        raise ArchiveError(say("ratio", name))


class Budget:
    """The bytes that may still be read, of all files together."""

    def __init__(self, limits: Limits, say: Say) -> None:
        self.limits = limits
        self.say = say
        self.left = limits.total_bytes


@contextmanager
def open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[IO[bytes]]:
    try:
        source = archive.open(entry)
    except _ZIP_ERRORS:
        raise ArchiveError(budget.say("damaged", "")) from None
    with source:
        yield bounded(source, budget, packed=entry.compress_size, name=base_name(entry.filename))


def bounded(source: IO[bytes], budget: Budget, *, packed: int | None, name: str = "The file") -> IO[bytes]:
    """``source`` within the limits. ``packed``: its packed size, if it is packed."""
    return io.BufferedReader(_Bounded(source, budget, packed=packed, name=name))


def _ratio_is_exceeded(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > limits.ratio_from_bytes and unpacked > packed * limits.ratio


class _BoundedReads:
    """``zipfile`` reads the whole list of files at once, as large as the file says that it is. This file refuses that."""

    def __init__(self, file: IO[bytes], limits: Limits, say: Say) -> None:
        self._file = file
        self._limit = limits.directory_bytes
        self._say = say

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(self._limit + 1 if size is None or size < 0 else min(size, self._limit + 1))
        if len(content) > self._limit:
            raise ArchiveError(self._say("directory", ""))
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


class _Bounded(io.RawIOBase):
    """Counts what really comes out of a file: its headers may say anything."""

    def __init__(self, source: IO[bytes], budget: Budget, *, packed: int | None, name: str) -> None:
        self._source = source
        self._budget = budget
        self._packed = packed
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        say, limits = self._budget.say, self._budget.limits
        try:
            chunk = self._source.read(len(buffer))
        except _ZIP_ERRORS:
            raise ArchiveError(say("damaged", "")) from None
        self._read += len(chunk)
        self._budget.left -= len(chunk)
        if self._read > limits.member_bytes:
            raise ArchiveError(say("too-large", self._name))
        if self._packed is not None and _ratio_is_exceeded(self._read, self._packed, limits):
            raise ArchiveError(say("ratio", self._name))
        if self._budget.left < 0:
            raise ArchiveError(say("total", ""))
        buffer[: len(chunk)] = chunk
        return len(chunk)
