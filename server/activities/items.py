"""Shared items as their author sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.models import Activity
from server.core.problems import not_found
from server.core.weeks import Calendar
from server.credit.models import LedgerEntry
from server.credit.queries import live_entries
from server.credit.sentences import entry_sentence
from server.people.queries import get_calendar

#: About a month of items for somebody who shares three times a week.
ITEMS_PER_PAGE = 12
#: The reasons for which the item that another one repeats is the person's own.
OWN_ORIGINAL = ("copy", "same-address")


@dataclass(frozen=True, slots=True)
class OwnItem:
    """``state`` is one of ``models.STATES``; ``reason`` explains ``held`` and ``duplicate``, of a counted item that it counts
    in another week, and of a withdrawn one that it was shared again. ``original_id``: the item of the same person that it
    repeats; never a colleague's.
    ``points`` and ``sentence`` are None unless the item earned credit that was not reversed."""

    id: int
    kind: str
    state: str
    score: int | None
    band: str | None
    day: date
    week: date
    points: int | None
    sentence: str | None
    url: str | None
    text: str | None
    reason: str | None
    original_id: int | None
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class OwnItems:
    """One page of a person's items, newest first. ``has_older``: whether there is a next page."""

    items: tuple[OwnItem, ...]
    has_older: bool


def list_own_items(session: Session, *, user_id: int, page: int = 1) -> OwnItems:
    """``page`` starts at 1, the newest items; a page past the last one is empty."""
    rows = queries.own_shares(session, user_id=user_id, offset=(page - 1) * ITEMS_PER_PAGE, limit=ITEMS_PER_PAGE + 1)
    return OwnItems(_own_items(session, rows[:ITEMS_PER_PAGE]), len(rows) > ITEMS_PER_PAGE)


def own_items_of_week(session: Session, *, user_id: int, week: date) -> tuple[OwnItem, ...]:
    """Newest first."""
    calendar = get_calendar(session)
    start, end = calendar.start_of(week), calendar.end_of(week)
    return _own_items(session, queries.own_shares_between(session, user_id=user_id, start=start, end=end)[::-1])


def get_own_item(session: Session, *, user_id: int, share_id: int) -> OwnItem:
    """404 if the item does not exist or belongs to somebody else."""
    row = queries.own_share(session, user_id=user_id, share_id=share_id)
    if row is None:
        raise not_found()
    return _own_items(session, [row])[0]


def _own_items(session: Session, rows: Sequence[Activity]) -> tuple[OwnItem, ...]:
    entries = live_entries(session, activity_ids=[row.id for row in rows])
    calendar = get_calendar(session)
    return tuple(_own_item(row, entries.get(row.id), calendar) for row in rows)


def _own_item(row: Activity, entry: LedgerEntry | None, calendar: Calendar) -> OwnItem:
    return OwnItem(
        id=row.id,
        kind=row.kind,
        state=row.state,
        score=row.score,
        band=row.band,
        day=calendar.day_of(row.occurred_at),
        week=calendar.monday_of(row.occurred_at),
        points=entry.amount if entry else None,
        sentence=entry_sentence(entry) if entry else None,
        url=row.url,
        text=row.text,
        reason=row.reason if row.state != "refused" else None,
        original_id=row.original_id if row.reason_code in OWN_ORIGINAL else None,
        entry_id=entry.id if entry else None,
    )
