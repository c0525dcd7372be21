"""Queries of a person's own goals and scored items. Every query is about one person's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlp.model import DRAFT_SURFACES
from server.activities.models import Activity
from server.history.models import HistoryItem
from server.own_week.models import OwnGoal

#: Of shared items that are left out: taken back, or a text that is there already.
LEFT_OUT = ("withdrawn", "duplicate")


def goals_of(session: Session, *, user_id: int) -> Sequence[OwnGoal]:
    return session.scalars(select(OwnGoal).where(OwnGoal.user_id == user_id).order_by(OwnGoal.measure)).all()


def goal_for_update(session: Session, *, user_id: int, measure: str) -> OwnGoal | None:
    return session.scalar(select(OwnGoal).where(OwnGoal.user_id == user_id, OwnGoal.measure == measure).with_for_update())


def shares_between(session: Session, *, user_id: int, start: datetime, end: datetime) -> Sequence[Activity]:
    """Shared posts, comments and replies from ``start`` to before ``end``, oldest first."""
    return session.scalars(
        select(Activity)
        .where(Activity.user_id == user_id, Activity.kind.in_(DRAFT_SURFACES), Activity.state.not_in(LEFT_OUT))
        .where(Activity.occurred_at >= start, Activity.occurred_at < end)
        .order_by(Activity.occurred_at, Activity.id)
    ).all()


def archived_between(session: Session, *, user_id: int, start: datetime, end: datetime) -> Sequence[HistoryItem]:
    """Scored posts, comments and replies of the person's own archive, oldest first."""
    return session.scalars(
        select(HistoryItem)
        .where(HistoryItem.user_id == user_id, HistoryItem.kind.in_(DRAFT_SURFACES), HistoryItem.score.is_not(None))
        .where(HistoryItem.published_at >= start, HistoryItem.published_at < end)
        .order_by(HistoryItem.published_at, HistoryItem.id)
    ).all()


def first_share_at(session: Session, *, user_id: int) -> datetime | None:
    return session.scalar(select(func.min(Activity.occurred_at)).where(Activity.user_id == user_id))
