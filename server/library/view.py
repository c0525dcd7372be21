"""The data of the two pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from nlp.model import DRAFT_SURFACES
from server.activities.queries import own_share
from server.library import queries
from server.library.opening import opening
from server.people.queries import get_calendar

PER_PAGE = 20
Item = TypeVar("Item")
#: The largest id that both databases compare.
MAX_KEY = 2**31


@dataclass(frozen=True, slots=True)
class OwnExample:
    """``may_offer``: whether the team could read it. ``is_offered``: whether it can."""

    id: int
    kind: str
    day: date
    score: int | None
    band: str | None
    opening: str
    text: str
    may_offer: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class ColleagueExample:
    """Without score, band, credit and link to the item's pages, which only its author and managers open."""

    author: str
    kind: str
    day: date
    url: str | None
    opening: str
    text: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """``has_more``: whether there is a next page."""

    items: tuple[Item, ...]
    has_more: bool


def own_page(session: Session, *, user_id: int, surface: str | None, by_score: bool, number: int) -> Page[OwnExample]:
    """``number`` starts at 1."""
    rows = queries.own_items(
        session, user_id=user_id, surface=surface, by_score=by_score, offset=(number - 1) * PER_PAGE, limit=PER_PAGE + 1
    )
    offered = {example.activity_id for example in queries.offered_by(session, user_id=user_id)}
    calendar = get_calendar(session)
    items = tuple(
        OwnExample(
            id=row.id,
            kind=row.kind,
            day=calendar.day_of(row.occurred_at),
            score=row.score,
            band=row.band,
            opening=opening(row.text or ""),
            text=row.text or "",
            may_offer=row.state == "counted",
            is_offered=row.id in offered,
        )
        for row in rows[:PER_PAGE]
    )
    return Page(items, len(rows) > PER_PAGE)


def own_opening(session: Session, *, user_id: int, share_id: int) -> tuple[str, str] | None:
    """Kind and opening of one of the person's own items; None for any other, and for one without text."""
    item = own_share(session, user_id=user_id, share_id=share_id) if 0 < share_id < MAX_KEY else None
    return (item.kind, opening(item.text)) if item is not None and item.text and item.kind in DRAFT_SURFACES else None


def team_page(session: Session, *, user_id: int, surface: str | None, number: int) -> Page[ColleagueExample]:
    """What the others who are in the person's team today let it read. ``number`` starts at 1."""
    calendar = get_calendar(session)
    colleagues = queries.colleagues_on(session, user_id=user_id, day=calendar.today())
    rows = queries.examples_of(
        session, author_ids=colleagues, surface=surface, offset=(number - 1) * PER_PAGE, limit=PER_PAGE + 1
    )
    items = tuple(
        ColleagueExample(
            author=name,
            kind=row.kind,
            day=calendar.day_of(row.occurred_at),
            url=row.url,
            opening=opening(row.text or ""),
            text=row.text or "",
        )
        for row, name in rows[:PER_PAGE]
    )
    return Page(items, len(rows) > PER_PAGE)
