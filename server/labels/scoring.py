"""Scores the texts of the queue with the champion, so that close pairs are asked about first. In small steps, each a job of its
own: other writers of the database never wait long, and a killed worker loses one step."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.problems import Problem
from server.jobs import queue as jobs
from server.jobs.steps import step_of
from server.labels import queries

JOB = "labels.score"
MAX_TEXTS_PER_STEP = 25
#: Between two steps, for other writers and for people who are writing.
PAUSE = timedelta(milliseconds=300)
#: The coach's queue is fair between people; these texts wait like those of one more.
_NOBODY = 0


def enqueue_scoring(session: Session, *, after: int = 0, at: datetime | None = None) -> None:
    """Enqueues a job if a text with an id above ``after`` has no score."""
    if queries.unscored_texts(session, after=after, limit=1):
        jobs.enqueue(session, JOB, {"after": after}, key=f"{JOB}:{uuid.uuid4().hex}", run_after=at)


def score_next(session: Session, *, after: int) -> None:
    """Scores the next texts with an id above ``after``, and enqueues the step after this one. A text that the coach cannot
    score keeps none."""
    # The language pipeline is loaded only by whoever scores.
    from nlp import Draft  # noqa: PLC0415
    from server.tuning.champion import champion_coach, ensure_champion  # noqa: PLC0415
    from server.tuning.coach_queue import run_coach  # noqa: PLC0415

    ensure_champion(session)
    coach = champion_coach(session)
    for text in step_of(queries.unscored_texts(session, after=after, limit=MAX_TEXTS_PER_STEP)):
        draft = Draft(text.surface, text.text or "")  # type: ignore[arg-type]
        try:
            work = partial(coach.assess, draft)
            assessment = run_coach(work, user_id=_NOBODY, label=text.surface, texts=(draft.text,), has_budget=False)
            text.score = assessment.score
        except Problem as problem:
            if problem.is_temporary:
                break
        after = text.id
    session.flush()
    enqueue_scoring(session, after=after, at=now() + PAUSE)
