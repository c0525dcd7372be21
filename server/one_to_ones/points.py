"""Which talking points were used and are not suggested again."""

from __future__ import annotations

from datetime import date
from math import sqrt

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.weeks import WEEK
from server.one_to_ones import queries
from server.one_to_ones.models import UsedPoint
from server.scorecards.points.windows import MIN_CHANGE, RECENT
from server.scorecards.talking_points import Skip
from server.scorecards.views import TalkingPoint


def skip_used(session: Session, *, viewer: Identity, user_id: int, week: date) -> Skip:
    """A used point is suggested again once its recent weeks are all new, or its number has changed beyond chance. An item that
    was talked about stays so. What another manager used with the person does not count."""
    used = queries.used_points(session, user_id=user_id, manager_id=viewer.user_id, since=week - RECENT * WEEK + WEEK)
    items = [
        one for one in queries.used_points(session, user_id=user_id, manager_id=viewer.user_id, since=date.min) if _is_item(one)
    ]
    return lambda point: any(_is_same(point, one) for one in (*used, *items))


def _is_item(used: UsedPoint) -> bool:
    return used.subject.startswith("item-")


def _is_same(point: TalkingPoint, used: UsedPoint) -> bool:
    if _is_item(used):
        return point.subject == used.subject
    if (point.reason, point.subject) != (used.reason, used.subject):
        return False
    return abs(point.value - used.value) < MIN_CHANGE * sqrt(max(used.value, 1))
