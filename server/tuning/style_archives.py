"""Reads what somebody chose as a Vale style: a ZIP file, the files of a folder, or one rule."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from nlp.rules.packages import MAX_FILES, MAX_PACKAGE_BYTES, SUFFIXES
from server.archives.model import MB, ArchiveError, Limits, megabytes
from server.archives.zip_files import MAGIC, Budget, Refusal, check_entry, check_path, open_entry, open_zip

LIMITS = Limits(
    file_bytes=5 * MB,
    directory_bytes=MB,
    entries=2_000,
    named_files=MAX_FILES,
    member_bytes=MB,
    total_bytes=MAX_PACKAGE_BYTES,
    ratio=100,
    ratio_from_bytes=100_000,
)
MAX_PATH_LENGTH = 200
_UNPACK = "Unpack it on your computer and import its folder instead."
_TEXTS: dict[Refusal, str] = {
    "damaged": "The file is damaged or incomplete. Download it again, then choose the new file.",
    "directory": f"The ZIP file's list of files is larger than {megabytes(LIMITS.directory_bytes)}. {_UNPACK}",
    "outside": "The ZIP file contains a path that leads out of its folder, so nothing of it was read. Choose another file.",
    "link": "The ZIP file contains a link to another file, so nothing of it was read. Choose another file.",
    "encrypted": f"{{name}} is encrypted. {_UNPACK}",
    "packing": f"{{name}} is packed in a way that Repute does not read. {_UNPACK}",
    "too-large": f"{{name}} is larger than {megabytes(LIMITS.member_bytes)}. Divide it into smaller files.",
    "ratio": f"{{name}} unpacks to more than {LIMITS.ratio} times its packed size, so Repute does not unpack it.",
    "total": f"The files have more than {megabytes(LIMITS.total_bytes)} together. Import only the styles that you need.",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody chose it. ``path``: its name, with its folders where a folder was chosen."""

    path: str
    content: bytes


def read_uploads(uploads: Iterable[Upload]) -> dict[str, str]:
    """The texts of the files that belong to a style, by path. ``ArchiveError`` for what is refused."""
    chosen = [upload for upload in uploads if upload.path or upload.content]
    if not chosen:
        raise ArchiveError("Choose a ZIP file or a folder.")
    if len(chosen) == 1 and chosen[0].content.startswith(MAGIC):
        return _read_zip(chosen[0].content)
    files = {_checked(upload.path): upload.content for upload in chosen if _belongs(upload.path)}
    if sum(map(len, files.values())) > LIMITS.total_bytes:
        raise ArchiveError(_say("total", ""))
    return _texts(files)


def _read_zip(content: bytes) -> dict[str, str]:
    if len(content) > LIMITS.file_bytes:
        raise ArchiveError(f"The file is larger than {megabytes(LIMITS.file_bytes)}. {_UNPACK}")
    with open_zip(io.BytesIO(content), LIMITS, _say) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > LIMITS.entries:
            raise ArchiveError(f"The ZIP file contains more than {LIMITS.entries:,} files. {_UNPACK}")
        for entry in entries:
            check_path(entry, _say)
        wanted = [entry for entry in entries if _belongs(entry.filename)]
        paths = [entry.filename for entry in wanted]
        if len(set(paths)) < len(paths):
            raise ArchiveError("The ZIP file contains two files of the same name. Make it anew.")
        for entry in wanted:
            check_entry(entry, LIMITS, _say)
        budget = Budget(LIMITS, _say)
        files = {}
        for entry in wanted:
            with open_entry(archive, entry, budget) as stream:
                files[_checked(entry.filename)] = stream.read()
    return _texts(files)


def _belongs(path: str) -> bool:
    """Whether a file is part of a style; hidden ones, such as those of macOS, are not, except for ``.vale.ini``."""
    pure = PurePosixPath(path.replace("\\", "/"))
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in pure.parts if part != ".vale.ini")
    return not is_hidden and (pure.suffix in SUFFIXES or pure.name == ".vale.ini")


def _checked(path: str) -> str:
    path = path.replace("\\", "/").removeprefix("./")
    parts = path.split("/")
    if path.startswith("/") or any(char in path for char in "\0:") or {"", ".", ".."} & set(parts):
        raise ArchiveError(_say("outside", ""))
    if len(path) > MAX_PATH_LENGTH:
        raise ArchiveError(f"A path in it is longer than {MAX_PATH_LENGTH} characters. Shorten the names of its folders.")
    return path


def _texts(files: dict[str, bytes]) -> dict[str, str]:
    if len(files) > MAX_FILES:
        raise ArchiveError(f"It has more than {MAX_FILES} files. Import only the styles that you need.")
    if not any(path.endswith((".yml", ".ini")) for path in files):
        raise ArchiveError("There are no rules (*.yml) in it. Choose a Vale style, a folder of styles, or one rule.")
    texts = {}
    for path, content in files.items():
        if len(content) > LIMITS.member_bytes:
            raise ArchiveError(_say("too-large", PurePosixPath(path).name))
        try:
            texts[path] = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ArchiveError(f"{path} is not in UTF-8 (byte {error.start}). Save it as UTF-8.") from None
        if "\0" in texts[path]:
            raise ArchiveError(f"{path} is not a text file. Leave it out.")
    return texts


def _say(refusal: Refusal, name: str) -> str:
    return _TEXTS[refusal].replace("{name}", name)
