"""Shares and goals of a person, in chosen weeks."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, datetime, timedelta

from server.activities.models import Activity
from server.core.weeks import UTC_CALENDAR
from server.own_week.items import WeekItem
from server.tuning.champion import ensure_champion

_numbers = itertools.count(1)
WEEK = date(2026, 11, 16)
TEXT = "A planner counted the stops."


def on(weeks: int, *, day: int = 2) -> datetime:
    """A moment so many weeks after ``WEEK``, or before it if negative."""
    return UTC_CALENDAR.start_of(WEEK + timedelta(weeks=weeks, days=day)) + timedelta(hours=10)


def make_share(session, user, *, at, kind="linkedin-post", score=50, state="counted", text=TEXT, **values):
    """A stored item with the points that a test is about, without an assessment. ``dimensions``: none are stored without."""
    version = ensure_champion(session).version
    values = {"external_id": uuid.uuid4().hex, "band": "fair" if score is not None else None} | values
    row = Activity(
        user_id=user.id,
        kind=kind,
        source="web",
        state=state,
        occurred_at=at,
        text=text,
        score=score,
        scoring_version=version,
        **values,
    )
    session.add(row)
    session.flush()
    return row


def item(weeks, *, score=50, kind="linkedin-post", version="v1", advice=(), **dimensions):
    """A scored item without a database."""
    week = WEEK + timedelta(weeks=weeks)
    return WeekItem(next(_numbers), kind, week + timedelta(days=1), week, score, dimensions, version, tuple(advice))


def advised(code, worth, message="Tell one real case.", question="Which customer, and what changed?"):
    return {"code": code, "worth": worth, "message": message, "question": question}
