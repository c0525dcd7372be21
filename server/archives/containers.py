"""Opens the file that a member chose: a ZIP file, or one of the files in it. Only files with a known name are ever opened."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from server.archives.model import ArchiveError, Limits, megabytes

#: LinkedIn and X split large files (Shares_1.csv, tweets-part1.js), and browsers number downloads: "Shares (1).csv".
_COPY = r"(?: ?\(\d{1,3}\))?"
_NAMES = {
    "shares": re.compile(rf"shares(?:_\w{{1,40}})?{_COPY}\.csv"),
    "comments": re.compile(rf"comments(?:_\w{{1,40}})?{_COPY}\.csv"),
    "profile": re.compile(rf"profile(?:_\d{{1,20}})?{_COPY}\.csv"),
    "positions": re.compile(rf"positions(?:_\d{{1,20}})?{_COPY}\.csv"),
    "tweets": re.compile(rf"tweets?(?:-part\d{{1,3}})?{_COPY}\.js"),
    "notes": re.compile(rf"note[-_]tweets?(?:-part\d{{1,3}})?{_COPY}\.js"),
}
EXPECTED_NAMES = "Shares.csv, Comments.csv, Profile.csv, Positions.csv or tweets.js"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_DAMAGED = "The file is damaged or incomplete. Download it again, then choose the new file."
#: What ``zipfile`` and ``zlib`` raise for a file that is not as its own headers say.
_ZIP_ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
               OverflowError, OSError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One file to read. ``kind``: a key of ``_NAMES``; ``name``: without folders. ``stream`` can be read once, until the next
    member is taken, and raises ``ArchiveError``."""

    kind: str
    name: str
    stream: IO[bytes]


class Container:
    """``unopened``: how many other files there are."""

    def __init__(self, members: Iterator[Member], unopened: int) -> None:
        self.members = members
        self.unopened = unopened


@contextmanager
def open_container(file: IO[bytes], name: str, limits: Limits) -> Iterator[Container]:
    """``file`` must be seekable; ``name`` is the name that it has on its owner's computer."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise ArchiveError("The file is empty. Download it again, then choose the new file.")
    if size > limits.file_bytes:
        raise ArchiveError(
            f"The file is larger than {megabytes(limits.file_bytes)}. Unpack it on your computer and choose one of "
            f"{EXPECTED_NAMES} instead."
        )
    is_zip = file.read(4) in _ZIP_MAGIC
    file.seek(0)
    if is_zip:
        with _open_zip(file, limits) as archive:
            yield _zip_container(archive, limits)
        return
    kind = kind_of(name)
    if kind is None:
        expected = "This is not a ZIP file" if name.lower().endswith(".zip") else "Repute cannot read a file of this name"
        raise ArchiveError(f"{expected}. Choose the archive as you downloaded it, or one of {EXPECTED_NAMES} from it.")
    stream = io.BufferedReader(_Bounded(file, _Budget(limits), packed=None))
    yield Container(iter([Member(kind, _base(name), stream)]), 0)


def kind_of(path: str) -> str | None:
    """The kind of a file by its name; None for a file that must not be opened."""
    base = _base(path).lower()
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(base)), None)


def _base(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


# --- ZIP files --------------------------------------------------------------------------------------------------------


class _BoundedReads:
    """``zipfile`` reads the whole list of files at once, as large as the file says that it is. This file refuses that."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._file = file
        self._limits = limits

    def read(self, size: int = -1) -> bytes:
        limit = self._limits.directory_bytes
        content = self._file.read(limit + 1 if size is None or size < 0 else min(size, limit + 1))
        if len(content) > limit:
            raise ArchiveError(
                f"The ZIP file's list of files is larger than {megabytes(limit)}. Unpack it on your computer and choose one of "
                f"{EXPECTED_NAMES} instead."
            )
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


@contextmanager
def _open_zip(file: IO[bytes], limits: Limits) -> Iterator[zipfile.ZipFile]:
    source: Any = _BoundedReads(file, limits)
    try:
        archive = zipfile.ZipFile(source)
    except _ZIP_ERRORS:
        raise ArchiveError(_DAMAGED) from None
    with archive:
        yield archive


def _zip_container(archive: zipfile.ZipFile, limits: Limits) -> Container:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > limits.entries:
        raise ArchiveError(
            f"The ZIP file contains more than {limits.entries} files. Unpack it on your computer and choose one of "
            f"{EXPECTED_NAMES} instead."
        )
    for entry in entries:
        _check_path(entry)
    named = [(kind, entry) for entry in entries if (kind := kind_of(entry.filename)) is not None]
    if not named:
        if any(entry.filename.lower().endswith(_ARCHIVES) for entry in entries):
            raise ArchiveError(
                "The ZIP file contains another archive, and Repute opens no archive inside an archive. Unpack it on your "
                "computer and choose the inner one."
            )
        raise ArchiveError(f"The ZIP file contains none of {EXPECTED_NAMES}. Choose the archive as you downloaded it.")
    if len(named) > limits.named_files:
        raise ArchiveError(
            f"The ZIP file contains more than {limits.named_files} files to read. Choose one of {EXPECTED_NAMES} instead."
        )
    paths = [entry.filename for _, entry in named]
    if len(set(paths)) < len(paths):
        raise ArchiveError("The ZIP file contains two files of the same name. Download it again, then choose the new file.")
    for _, entry in named:
        _check_entry(entry, limits)
    return Container(_read_entries(archive, named, _Budget(limits)), len(entries) - len(named))


def _check_path(entry: zipfile.ZipInfo) -> None:
    """``zipfile`` cuts names at a NUL character and replaces separators, so the name in the file is checked."""
    path = entry.orig_filename
    parts = re.split(r"[/\\]", path)
    if path.startswith(("/", "\\")) or ".." in parts or "\0" in path or re.match(r"[A-Za-z]:", path):
        raise ArchiveError(
            "The ZIP file contains a path that leads out of its folder, so it is no archive of LinkedIn or X. "
            "Choose the archive as you downloaded it."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveError(
            "The ZIP file contains a link to another file, so it is no archive of LinkedIn or X. "
            "Choose the archive as you downloaded it."
        )


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    name = _base(entry.filename)
    if entry.flag_bits & 0x1:
        raise ArchiveError(f"{name} is encrypted. Unpack the ZIP file with its password and choose {name} itself.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(
            f"{name} is packed in a way that Repute does not read. Unpack the ZIP file and choose {name} itself."
        )
    if entry.file_size > limits.member_bytes:
        raise ArchiveError(_too_large(name, limits))
    if _ratio_is_exceeded(entry.file_size, entry.compress_size, limits):
        raise ArchiveError(_ratio_exceeded(name, limits))


def _ratio_is_exceeded(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > limits.ratio_from_bytes and unpacked > packed * limits.ratio


def _too_large(name: str, limits: Limits) -> str:
    return f"{name} is larger than {megabytes(limits.member_bytes)}, which is more than Repute reads. Choose another file."


def _ratio_exceeded(name: str, limits: Limits) -> str:
    return (
        f"{name} unpacks to more than {limits.ratio} times its packed size, so Repute does not unpack it. "
        f"Unpack the ZIP file on your computer and choose {name} itself."
    )


def _read_entries(archive: zipfile.ZipFile, named: list[tuple[str, zipfile.ZipInfo]], budget: _Budget) -> Iterator[Member]:
    for kind, entry in named:
        name = _base(entry.filename)
        try:
            source = archive.open(entry)
        except _ZIP_ERRORS:
            raise ArchiveError(_DAMAGED) from None
        with source:
            yield Member(kind, name, io.BufferedReader(_Bounded(source, budget, packed=entry.compress_size, name=name)))


# --- limits while reading ---------------------------------------------------------------------------------------------


class _Budget:
    """The bytes that may still be read, of all files together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.total_bytes


class _Bounded(io.RawIOBase):
    """Counts what really comes out of a file: its headers may say anything. ``packed``: its packed size, if it is packed."""

    def __init__(self, source: IO[bytes], budget: _Budget, *, packed: int | None, name: str = "The file") -> None:
        self._source = source
        self._budget = budget
        self._packed = packed
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._source.read(len(buffer))
        except _ZIP_ERRORS:
            raise ArchiveError(_DAMAGED) from None
        limits = self._budget.limits
        self._read += len(chunk)
        self._budget.left -= len(chunk)
        if self._read > limits.member_bytes:
            raise ArchiveError(_too_large(self._name, limits))
        if self._packed is not None and _ratio_is_exceeded(self._read, self._packed, limits):
            raise ArchiveError(_ratio_exceeded(self._name, limits))
        if self._budget.left < 0:
            raise ArchiveError(
                f"The files to read have more than {megabytes(limits.total_bytes)} together. Choose them one by one."
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)
