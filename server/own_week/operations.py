"""A person's own goals: set, changed and removed by that person.

Nothing is written to the audit log, which administrators read: goals are nobody else's business."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.clock import now
from server.core.problems import field_problem
from server.own_week import queries
from server.own_week.models import COUNTS, MEASURES, OwnGoal
from server.people.queries import lock_user

#: A week.
MAX_COUNT = 50
MAX_AVERAGE = 100


def max_target(measure: str) -> int:
    return MAX_COUNT if measure in COUNTS else MAX_AVERAGE


def set_goal(session: Session, *, user_id: int, measure: str, target: str) -> None:
    """Replaces an earlier goal of the same measure. ``target``: as typed, from 1 to ``max_target``. 422 names the field that is
    wrong."""
    if measure not in MEASURES:
        raise field_problem("measure", "must be one of the list")
    limit = max_target(measure)
    value = int(target) if target.strip().isascii() and target.strip().isdigit() else 0
    if not 1 <= value <= limit:
        raise field_problem("target", f"must be a whole number from 1 to {limit}", limit=limit)
    # Two requests at once do not make two rows.
    lock_user(session, user_id=user_id)
    goal = queries.goal_for_update(session, user_id=user_id, measure=measure)
    if goal is None:
        session.add(OwnGoal(user_id=user_id, measure=measure, target=value))
    elif goal.target != value:
        goal.target, goal.set_at = value, now()
    session.flush()


def remove_goal(session: Session, *, user_id: int, measure: str) -> None:
    """A second call changes nothing."""
    session.execute(delete(OwnGoal).where(OwnGoal.user_id == user_id, OwnGoal.measure == measure))


def forget_person(session: Session, *, user_id: int) -> None:
    """Deletes the goals, and the points of each dimension and the advice of all shared items."""
    session.execute(delete(OwnGoal).where(OwnGoal.user_id == user_id))
    session.execute(update(Activity).where(Activity.user_id == user_id).values(dimensions=None, advice=None))
