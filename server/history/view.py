"""What the page about a rep's own archive shows."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.weeks import Calendar
from server.history import queries
from server.history.models import ArchiveEntry, ArchiveImport, HistoryItem
from server.history.trends import Trends, compute_trends

ITEMS_PER_PAGE = 20
BEST = 5
SAMPLES = 2
_MAX_LINE_CHARS = 140
#: The other dimensions of a profile are about sections that an archive lacks.
PROFILE_DIMENSIONS = ("headline", "about", "proof", "consistency")
SKIPPED_LABELS = {
    "repost": "reposts, which are not your words",
    "no-text": "without words of your own",
    "too-long": "longer than the coach reads",
    "unreadable": "without a date or an id that Repute understands",
    "repeated": "in the archive twice",
    "too-many": "older than the newest 20,000",
}
NOTE_LABELS = {
    "too-short": "Too short to score",
    "not-english": "Not in English, so not scored",
    "partly-english": "Only its English part is scored",
    "empty": "Nothing to score",
}


@dataclass(frozen=True, slots=True)
class FoundKind:
    """Items of one kind in an archive that waits for a decision. ``lines``: the first lines of the newest few."""

    kind: str
    count: int
    first: date
    last: date
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """``skipped``: how many rows were left out, and why in words."""

    files: tuple[str, ...]
    unopened: int
    kinds: tuple[FoundKind, ...]
    skipped: tuple[tuple[int, str], ...]
    recent: int
    total: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """``is_stuck``: it should have finished long ago."""

    processed: int
    total: int
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class Item:
    """``line``: the first line of the text, if it was kept. ``note``: why there is no score, in words."""

    id: int
    kind: str
    day: date
    score: int | None
    band: str | None
    url: str | None
    text: str | None
    line: str
    note: str
    hook: int | None


@dataclass(frozen=True, slots=True)
class History:
    """``openings``: with a kept text only."""

    total: int
    with_text: int
    trends: Trends | None
    best: tuple[Item, ...]
    openings: tuple[Item, ...]
    profile: Item | None
    profile_dimensions: dict[str, int]
    has_several_versions: bool


def get_preview(session: Session, archive: ArchiveImport | None, calendar: Calendar) -> Preview | None:
    """None unless something waits for the rep's decision."""
    if archive is None or archive.state != "preview" or archive.expires_at <= now():
        return None
    summary: dict[str, Any] = archive.summary
    return Preview(
        tuple(summary["files"]),
        summary["unopened"],
        tuple(_found_kind(session, archive, found, calendar) for found in summary["kinds"]),
        tuple((count, SKIPPED_LABELS[reason]) for reason, count in summary["skipped"].items()),
        summary["recent"],
        archive.total,
        archive.expires_at,
    )


def _found_kind(session: Session, archive: ArchiveImport, found: dict[str, Any], calendar: Calendar) -> FoundKind:
    newest: Sequence[ArchiveEntry] = queries.newest_entries_of_kind(
        session, import_id=archive.id, kind=found["kind"], limit=SAMPLES
    )
    first, last = (calendar.day_of(datetime.fromisoformat(found[end])) for end in ("first", "last"))
    return FoundKind(found["kind"], found["count"], first, last, tuple(first_line(entry.text) for entry in newest))


def get_progress(archive: ArchiveImport | None) -> Progress | None:
    """None unless an archive is being scored."""
    if archive is None or archive.state != "scoring":
        return None
    return Progress(archive.processed, archive.total, archive.expires_at <= now())


def get_history(session: Session, *, user_id: int, calendar: Calendar) -> History | None:
    """None if nothing is stored."""
    total, with_text = queries.counts(session, user_id=user_id)
    if total == 0:
        return None
    scored = queries.scored_items(session, user_id=user_id)
    best = heapq.nlargest(BEST, scored, key=lambda item: (item.score, item.id))
    with_hook = (item for item in scored if item.has_text and "hook" in item.dimensions)
    openings = heapq.nlargest(BEST, with_hook, key=lambda item: (item.dimensions["hook"], item.id))
    rows = queries.items_by_id(session, user_id=user_id, ids={item.id for item in (*best, *openings)})
    profile = queries.newest_profile(session, user_id=user_id)
    return History(
        total,
        with_text,
        compute_trends(((item.published_at, item.score, item.dimensions) for item in scored), calendar),
        tuple(_item(rows[item.id], calendar) for item in best),
        tuple(_item(rows[item.id], calendar) for item in openings),
        _item(profile, calendar) if profile else None,
        {name: profile.dimensions[name] for name in PROFILE_DIMENSIONS if name in profile.dimensions} if profile else {},
        queries.scoring_versions(session, user_id=user_id) > 1,
    )


def list_items(session: Session, *, user_id: int, words: str, page: int, calendar: Calendar) -> tuple[tuple[Item, ...], bool]:
    """One page of items, newest first, and whether there is a next one. ``page`` starts at 1."""
    offset = (page - 1) * ITEMS_PER_PAGE
    rows = queries.list_items(session, user_id=user_id, words=words, offset=offset, limit=ITEMS_PER_PAGE + 1)
    return tuple(_item(row, calendar) for row in rows[:ITEMS_PER_PAGE]), len(rows) > ITEMS_PER_PAGE


def _item(row: HistoryItem, calendar: Calendar) -> Item:
    return Item(
        row.id,
        row.kind,
        calendar.day_of(row.published_at),
        row.score,
        row.band,
        row.url,
        row.text,
        first_line(row.text or ""),
        NOTE_LABELS.get(row.note or "", ""),
        row.dimensions.get("hook"),
    )


def first_line(text: str) -> str:
    """The first line that is not empty, cut off at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= _MAX_LINE_CHARS:
        return line
    return line[:_MAX_LINE_CHARS].rsplit(" ", 1)[0].rstrip(".,;:!?-– ") + "…"
