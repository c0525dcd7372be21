"""The rows that ``apply_records`` takes, and what it answers to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One row of another system. ``owner``: an e-mail address. ``version``: when the other system last changed it. Of a row
    with ``is_deleted`` only ``source_id`` and ``version`` matter; with ``only_if_known`` too, nothing is remembered of a record
    that was never stored. With ``replaces`` the row wins even if its version is not newer, because it is read or counted in
    another way than before. Limits of the fields are those of ``schemas.RecordIn``."""

    source_id: str
    owner: str = ""
    kind: str = ""
    occurred_at: datetime | None = None
    count: int = 1
    value: int | None = None
    booked_for: datetime | None = None
    subject: str | None = None
    url: str | None = None
    #: A link to the post that the other system names as the source.
    social_source: str | None = None
    version: datetime | None = None
    is_deleted: bool = False
    only_if_known: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class RowError:
    """``field`` has the name that it has in the API."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row that could not even be read."""

    source_id: str | None
    errors: tuple[RowError, ...]


Result = Literal["new", "corrected", "deleted", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``index``: the position among all rows, from 0. ``corrected`` includes records given to another person. ``unchanged``:
    the row says what is stored already, or an older version. ``errors`` are empty unless the row was refused."""

    index: int
    source_id: str | None
    result: Result
    errors: tuple[RowError, ...] = ()
