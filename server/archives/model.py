"""What an archive contains, the limits within which it is read, and the error for a file that is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["linkedin-post", "linkedin-comment", "linkedin-profile", "x-post", "x-reply"]
#: Why a row of a file is not an item; in the order in which people read them.
Skipped = Literal["repost", "no-text", "too-long", "unreadable", "repeated", "too-many"]
SKIPPED: tuple[Skipped, ...] = ("repost", "no-text", "too-long", "unreadable", "repeated", "too-many")

MB = 1_000_000


class ArchiveError(Exception):
    """A file that is refused. ``str()`` is for the person who chose it: it names the limit, if there is one, and says what to
    do. It never repeats the file's content."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``directory_bytes``: of the list of files at the end of a ZIP file, which is read into memory. ``member_bytes``: of one
    file that is read, unpacked; ``total_bytes``: of all of them. ``ratio``: of unpacked to packed size, for files above
    ``ratio_from_bytes``. ``line_chars``: of one line of a CSV file. ``element_chars``: of one element of a JSON array.
    ``item_chars``: of one item's text; ``text_chars``: of all texts."""

    file_bytes: int = 1_000 * MB
    directory_bytes: int = 8 * MB
    entries: int = 50_000
    named_files: int = 50
    member_bytes: int = 200 * MB
    total_bytes: int = 400 * MB
    ratio: int = 100
    ratio_from_bytes: int = MB
    line_chars: int = 1_000_000
    element_chars: int = 2_000_000
    items: int = 20_000
    item_chars: int = 30_000
    text_chars: int = 20_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Item:
    """One published item. ``key`` identifies it within its author's archives, at most 64 characters: the same item has the same
    key in every archive. ``text``: of a post, comment or reply; ``sections``: of a profile, as ``nlp.Profile`` takes them.
    ``published_at`` is in UTC; for a profile it is when the file was read."""

    key: str
    kind: Kind
    published_at: datetime
    text: str = field(repr=False)
    url: str | None = None
    sections: dict[str, str | list[str]] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Contents:
    """``items``: newest first. ``files``: the names, without folders, of the files that were read. ``unopened``: the number of
    other files in the archive."""

    items: list[Item] = field(default_factory=list)
    skipped: Counter[Skipped] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    unopened: int = 0


def megabytes(count: int) -> str:
    return f"{count // MB} MB" if count >= MB else f"{count} bytes"
