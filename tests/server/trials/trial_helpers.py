"""A company of 40 reps with a year of meetings, and trials in its past: the clock says when the administrators act."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np
from sqlalchemy import insert, select, update

from server.core import clock
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK, monday_of
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.people.models import Organisation, User
from server.people.queries import get_calendar
from server.records.models import Record
from server.trials import drafts, operations, queries
from server.trials.models import TrialDraft
from server.trials.plan import Choices
from tests.factories import make_identity, new_user
from tests.server.evidence.evidence_helpers import _record, empty_company, fill_company, rebuild

REPS, WEEKS, BEFORE, COMPARED = 40, 40, 26, 12
#: The Monday on which trials of these tests start.
START = monday_of(datetime.now(UTC).date()) - WEEK * (COMPARED + 1)


def fill(engine):
    generator = np.random.default_rng(5)
    meetings = generator.poisson(3 * np.exp(generator.normal(0, 0.4, (REPS, 1))), (REPS, WEEKS))
    empty_company(engine)
    return fill_company(engine, generator.poisson(0.3, (REPS, WEEKS)), meetings)


def set_day(monkeypatch, day):
    moment = datetime.combine(day, time(12), UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


def choices(**values):
    found = {
        "name": "Social hour", "outcome": "meeting", "before": BEFORE, "between": COMPARED, "starts_on": START,
        "offer": "One hour a week for social work, and credit for what is shared.",
    }  # fmt: skip
    return Choices(**found | values)


def run_job(engine, kind):
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalar(select(Job.id).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))
    return run_attempt(engine, HANDLERS, job_id=job_id)


def new_draft(engine, admin, **values):
    """With what it could detect."""
    with unit_of_work(engine) as session:
        draft_id = drafts.save_draft(session, editor=make_identity(admin), choices=choices(**values)).id
    assert run_job(engine, "evidence.trial-power").state == "done"
    return draft_id


def cancel_all(session, admin):
    for trial in queries.all_trials(session):
        plan = operations.plan_of(trial)
        if operations.weeks_over(session, plan) < plan.weeks:
            operations.cancel(session, canceller=make_identity(admin), trial_id=trial.id, reason="Another one is tested.")


def lock(engine, admin, draft_id, *, cancels_others=True):
    """By two people, after cancelling all other trials: two cannot run in the same weeks."""
    with unit_of_work(engine) as session:
        if cancels_others:
            cancel_all(session, admin)
        session.execute(update(TrialDraft).where(TrialDraft.state == "proposed").values(state="discarded"))
        session.execute(update(Organisation).values(two_person=True))
        drafts.propose(session, proposer=make_identity(admin), draft_id=draft_id)
    other = new_user(engine, role="admin")
    with unit_of_work(engine) as session:
        return drafts.confirm(session, confirmer=make_identity(other), draft_id=draft_id).id


def draw(engine, admin, trial_id):
    with unit_of_work(engine) as session:
        operations.draw_lottery(session, drawer=make_identity(admin), trial_id=trial_id)
    with unit_of_work(engine, writes=False) as session:
        return queries.waves_of(session, trial_id=trial_id)


def add_meetings(engine, people, *, each):
    """``each`` more for each of the people, in every week of the comparison."""
    with unit_of_work(engine) as session:
        calendar = get_calendar(session)
        days = [START + WEEK * week + timedelta(days=2) for week in range(COMPARED)]
        session.execute(insert(Record), [_record(person, "meeting", each, day, calendar) for person in people for day in days])
    rebuild(engine)


def reps(engine):
    with unit_of_work(engine, writes=False) as session:
        return list(session.scalars(select(User).where(User.role == "rep", User.is_active.is_(True))))
