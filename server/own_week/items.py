"""The person's own items that the coach scored: shared ones, and those of their private archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.post_links import canonical_post_link
from server.core.weeks import Calendar
from server.history.models import HistoryItem
from server.history.sharing import idempotency_key
from server.own_week import queries

POSTS = ("linkedin-post", "x-post")


@dataclass(frozen=True, slots=True)
class WeekItem:
    """``share_id``: of a shared item; None of one of the archive. ``dimensions``: name to points, 0-100; empty if they were not
    stored. ``advice``: what the coach suggested, while the text is kept."""

    share_id: int | None
    kind: str
    day: date
    week: date
    score: int | None
    dimensions: dict[str, int]
    scoring_version: str | None
    advice: tuple[dict[str, Any], ...] = ()

    @property
    def is_post(self) -> bool:
        return self.kind in POSTS


def load_items(session: Session, calendar: Calendar, *, user_id: int, first_week: date, last_week: date) -> list[WeekItem]:
    """Items of these weeks, oldest first."""
    start, end = calendar.start_of(first_week), calendar.end_of(last_week)
    shares = queries.shares_between(session, user_id=user_id, start=start, end=end)
    archived = queries.archived_between(session, user_id=user_id, start=start, end=end)
    items = [_shared(row, calendar) for row in shares]
    items += [_archived(row, calendar) for row in _not_shared(archived, shares, calendar)]
    return sorted(items, key=lambda item: item.day)


def _not_shared(archived: Iterable[HistoryItem], shares: Iterable[Activity], calendar: Calendar) -> list[HistoryItem]:
    """Without those that were shared as well: from the archive, with the same address, or of the same day, kind and score."""
    keys, links, alike = set(), set(), set()
    for share in shares:
        keys.add(share.external_id)
        links.add(share.post_link)
        alike.add((calendar.day_of(share.occurred_at), share.kind, share.score))
    return [
        row
        for row in archived
        if idempotency_key(row) not in keys
        and (row.url is None or canonical_post_link(row.url) not in links - {None})
        and (calendar.day_of(row.published_at), row.kind, row.score) not in alike
    ]


def _shared(row: Activity, calendar: Calendar) -> WeekItem:
    day, week = calendar.day_of(row.occurred_at), calendar.monday_of(row.occurred_at)
    advice = tuple(row.advice or ()) if row.text is not None else ()
    return WeekItem(row.id, row.kind, day, week, row.score, row.dimensions or {}, row.scoring_version, advice)


def _archived(row: HistoryItem, calendar: Calendar) -> WeekItem:
    day, week = calendar.day_of(row.published_at), calendar.monday_of(row.published_at)
    return WeekItem(None, row.kind, day, week, row.score, dict(row.dimensions), row.scoring_version)
