"""A company whose reps share items and book meetings, and data in which neither moves the other."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import delete, insert, select

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.evidence import operations, steps
from server.evidence.models import EvidenceRun
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.people.models import Holiday, Leave, Membership, Organisation
from server.people.queries import get_calendar
from server.records.models import Record
from server.rollups import recount
from tests.factories import make_identity, make_team, make_user


def confounded(rng, reps=60, weeks=40):
    """Items and meetings: ability and effort move both, and neither moves the other."""
    ability = rng.normal(0, 0.5, (reps, 1))
    shock = rng.normal(0, 0.1, (1, weeks))
    effort = np.empty((reps, weeks))
    effort[:, 0] = rng.normal(0, 0.35, reps)
    for week in range(1, weeks):
        effort[:, week] = 0.8 * effort[:, week - 1] + rng.normal(0, 0.35 * np.sqrt(1 - 0.8**2), reps)
    items = rng.poisson(1.5 * np.exp(0.6 * ability + 0.6 * effort + 0.3 * rng.normal(size=(reps, weeks))))
    return items, rng.poisson(2 * np.exp(ability + shock + effort))


def panel_of(items, meetings, first=date(2025, 1, 6), **columns):
    """A panel with these matrices of rep x week."""
    reps, weeks = items.shape
    mondays = [(first + WEEK * index).isoformat() for index in range(weeks)]
    fixed = {"rep": np.repeat(np.arange(1, reps + 1), weeks), "week": np.tile(mondays, reps), "team": 1, "workdays": 5}
    return pd.DataFrame(fixed | {"items": items.ravel(), "meeting": meetings.ravel()} | columns)


def fill_company(engine, items, meetings, calls=None):
    """Stores what reps of one team did, a week before ``items`` begins nothing was recorded, and this week is the one after the
    last. Returns the ids of the reps."""
    reps, weeks = items.shape
    with unit_of_work(engine) as session:
        calendar = get_calendar(session)
        first = calendar.this_monday() - WEEK * weeks
        team = make_team(session)
        people = [make_user(session, team=team, name=f"Rep {number}").id for number in range(reps)]
        # So that recording begins in the week before, and all of ``items`` are whole weeks.
        records, shared = [_record(people[0], "meeting", 1, first - timedelta(days=3), calendar)], []
        shared.append(_item(people[0], first - timedelta(days=3), calendar))
        for rep, week in np.ndindex(reps, weeks):
            day = first + WEEK * week + timedelta(days=int(rep + week) % 5)
            if meetings[rep, week]:
                records.append(_record(people[rep], "meeting", int(meetings[rep, week]), day, calendar))
            if calls is not None and calls[rep, week]:
                records.append(_record(people[rep], "call", int(calls[rep, week]), day, calendar))
            shared += [_item(people[rep], day, calendar) for _ in range(items[rep, week])]
        session.execute(insert(Record), records)
        session.execute(insert(Activity), shared)
    rebuild(engine)
    return people


def compute(engine, admin, **values):
    """A run from its start to its result. Returns its id."""
    with unit_of_work(engine) as session:
        run = operations.start(session, starter=make_identity(admin), **{"outcome": "meeting", "lag": 2} | values)
        job_id = session.scalars(select(Job.id).where(Job.kind == steps.STEP_JOB).order_by(Job.id.desc()).limit(1)).one()
        run_id = run.id
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    return run_id


def rebuild(engine):
    with unit_of_work(engine) as session:
        recount.begin_rebuild(session)
    recount.rebuild(engine)


def empty_company(engine):
    """Nobody is a rep, and nothing was recorded."""
    with unit_of_work(engine) as session:
        for table in (EvidenceRun, Record, Activity, Holiday, Leave):
            session.execute(delete(table))
        session.execute(delete(Membership).where(Membership.role == "rep"))
        session.query(Organisation).update({"team_only": False})
    rebuild(engine)


def _record(user_id, kind, count, day, calendar):
    at = calendar.start_of(day) + timedelta(hours=9)
    return {
        "source": "crm", "source_id": uuid.uuid4().hex, "user_id": user_id, "kind": kind, "count": count, "occurred_at": at,
    }  # fmt: skip


def _item(user_id, day, calendar):
    at = calendar.start_of(day) + timedelta(hours=9)
    return {
        "user_id": user_id, "kind": "linkedin-post", "source": "web", "external_id": uuid.uuid4().hex, "state": "counted",
        "occurred_at": at,
    }  # fmt: skip
