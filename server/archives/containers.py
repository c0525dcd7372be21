"""Opens the file that a member chose: a ZIP file, or one of the files in it. Only files with a known name are ever opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from server.archives.model import ArchiveError, Limits, megabytes
from server.archives.zip_files import (
    MAGIC,
    Budget,
    Refusal,
    Say,
    base_name,
    bounded,
    check_entry,
    check_path,
    open_entry,
    open_zip,
)

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
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")


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
    is_zip = file.read(4) in MAGIC
    file.seek(0)
    if is_zip:
        with open_zip(file, limits, _say(limits)) as archive:
            yield _zip_container(archive, limits)
        return
    kind = kind_of(name)
    if kind is None:
        expected = "This is not a ZIP file" if name.lower().endswith(".zip") else "Repute cannot read a file of this name"
        raise ArchiveError(f"{expected}. Choose the archive as you downloaded it, or one of {EXPECTED_NAMES} from it.")
    stream = bounded(file, Budget(limits, _say(limits)), packed=None)
    yield Container(iter([Member(kind, base_name(name), stream)]), 0)


def kind_of(path: str) -> str | None:
    """The kind of a file by its name; None for a file that must not be opened."""
    base = base_name(path).lower()
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(base)), None)


# --- ZIP files --------------------------------------------------------------------------------------------------------


def _say(limits: Limits) -> Say:
    """What to tell the member whose file is refused."""
    unpack = f"Unpack it on your computer and choose one of {EXPECTED_NAMES} instead."
    foreign = "so it is no archive of LinkedIn or X. Choose the archive as you downloaded it."
    texts: dict[Refusal, str] = {
        "damaged": "The file is damaged or incomplete. Download it again, then choose the new file.",
        "directory": f"The ZIP file's list of files is larger than {megabytes(limits.directory_bytes)}. {unpack}",
        "outside": f"The ZIP file contains a path that leads out of its folder, {foreign}",
        "link": f"The ZIP file contains a link to another file, {foreign}",
        "encrypted": "{name} is encrypted. Unpack the ZIP file with its password and choose {name} itself.",
        "packing": "{name} is packed in a way that Repute does not read. Unpack the ZIP file and choose {name} itself.",
        "too-large": f"{{name}} is larger than {megabytes(limits.member_bytes)}, which is more than Repute reads. "
        "Choose another file.",
        "ratio": f"{{name}} unpacks to more than {limits.ratio} times its packed size, so Repute does not unpack it. "
        "Unpack the ZIP file on your computer and choose {name} itself.",
        "total": f"The files to read have more than {megabytes(limits.total_bytes)} together. Choose them one by one.",
    }
    return lambda refusal, name: texts[refusal].replace("{name}", name)


def _zip_container(archive: zipfile.ZipFile, limits: Limits) -> Container:
    say = _say(limits)
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > limits.entries:
        raise ArchiveError(
            f"The ZIP file contains more than {limits.entries} files. Unpack it on your computer and choose one of "
            f"{EXPECTED_NAMES} instead."
        )
    for entry in entries:
        check_path(entry, say)
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
        check_entry(entry, limits, say)
    return Container(_read_entries(archive, named, Budget(limits, say)), len(entries) - len(named))


def _read_entries(archive: zipfile.ZipFile, named: list[tuple[str, zipfile.ZipInfo]], budget: Budget) -> Iterator[Member]:
    for kind, entry in named:
        with open_entry(archive, entry, budget) as stream:
            yield Member(kind, base_name(entry.filename), stream)
