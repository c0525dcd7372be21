"""Measures recent items for trying other weights, bands and costs on them, in small steps: each is a job of its own, so that a
killed worker loses one step, and other writers of the database never wait long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nlp import Coach, Draft
from nlp.model import Surface
from nlp.quality.rescoring import measured_by
from server.activities import queries
from server.activities.models import Activity, ItemInputs
from server.core.clock import now
from server.core.problems import Problem
from server.core.weeks import WEEK
from server.jobs.queue import enqueue
from server.jobs.steps import step_of
from server.people.queries import get_calendar, get_organisation
from server.tuning.champion import champion_coach, get_champion
from server.tuning.coach_queue import run_coach

STEP_JOB = "activities.measure"
#: Complete weeks before this one; the items of this week count as well.
WEEKS = 8
#: The newest: enough for a distribution, and scored in a moment.
MAX_ITEMS = 5_000
MAX_ITEMS_PER_STEP = 50
#: Between two steps, for other writers and for people who are writing.
PAUSE = timedelta(milliseconds=200)
#: After a step in which the coach was busy with people who are writing.
PAUSE_IF_BUSY = timedelta(seconds=5)


def measured_since(session: Session) -> datetime:
    calendar = get_calendar(session)
    return calendar.start_of(calendar.this_monday() - WEEKS * WEEK)


def request_measuring(session: Session) -> bool:
    """Enqueues a job if there are items to measure; False if there are none. A second request changes nothing."""
    left = _left(session)
    if left:
        _enqueue(session, left, attempt=0, at=now())
    return bool(left)


def measure_next(session: Session, *, attempt: int) -> None:
    """Measures the next items, newest first, and enqueues the step after this one."""
    left = _left(session)
    _delete_old(session)
    coach, trade_words = champion_coach(session), tuple(get_organisation(session).trade_words)
    done = set()
    # Locked, so that nobody's text is withdrawn between reading and storing.
    for item in step_of(queries.items_for_update(session, activity_ids=left[:MAX_ITEMS_PER_STEP])):
        if not _measure(session, item, coach, trade_words):
            break
        done.add(item.id)
    session.flush()
    if remaining := [item_id for item_id in left if item_id not in done]:
        pause = PAUSE if done else PAUSE_IF_BUSY
        _enqueue(session, remaining, attempt=0 if done else attempt + 1, at=now() + pause)


def _left(session: Session) -> Sequence[int]:
    version = measured_by(get_champion(session))
    return queries.ids_to_measure(session, measured_by=version, since=measured_since(session), newest=MAX_ITEMS)


def _measure(session: Session, item: Activity, coach: Coach, trade_words: tuple[str, ...]) -> bool:
    """False if the coach is busy with people who are writing, so that the step ends here."""
    text, surface = item.text, cast("Surface", item.kind)
    if text is None:
        return True
    inputs = None
    try:
        found = run_coach(
            lambda: coach.score_inputs(Draft(surface, text, trade_words=trade_words)),
            user_id=item.user_id,
            label=surface,
            texts=(text,),
            has_budget=False,
        )
        inputs = found.as_json() if found else None
    except Problem as problem:
        if problem.is_temporary:
            return False
    session.execute(delete(ItemInputs).where(ItemInputs.activity_id == item.id))
    session.add(ItemInputs(activity_id=item.id, measured_by=measured_by(coach.scoring), inputs=inputs))
    return True


def _delete_old(session: Session) -> None:
    old = select(Activity.id).where(Activity.occurred_at < measured_since(session))
    session.execute(delete(ItemInputs).where(ItemInputs.activity_id.in_(old)))


def _enqueue(session: Session, left: Sequence[int], *, attempt: int, at: datetime) -> None:
    """The key names what is left, so that of several requests for the same items one job is made."""
    version = measured_by(get_champion(session))[:16]
    key = f"{STEP_JOB}:{version}:{left[0]}:{left[-1]}:{len(left)}:{attempt}"
    enqueue(session, STEP_JOB, {"attempt": attempt}, key=key, run_after=at)
