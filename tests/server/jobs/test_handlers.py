"""Job handlers and recurring jobs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from server.core.database.session import unit_of_work
from server.credit.models import LedgerSeal
from server.jobs import queue
from server.jobs.handlers import HANDLERS, RECURRING, enqueue_recurring_jobs
from server.jobs.models import Job
from server.jobs.worker import run_next_job


def test_recurring_jobs_are_enqueued_once_per_slot(engine):
    at = datetime(2031, 1, 1, tzinfo=UTC)
    with unit_of_work(engine) as session:
        for moment in (at, at + timedelta(seconds=30), at + timedelta(seconds=60)):
            enqueue_recurring_jobs(session, at=moment)
        kinds = session.scalars(select(Job.kind).where(Job.run_after >= at).order_by(Job.kind)).all()
    assert kinds == sorted(RECURRING)
    assert set(RECURRING) <= set(HANDLERS)


def test_every_handler_runs(engine):
    for kind in ("ledger.seal", "audit.seal", "database.truncate-wal", "privacy.purge"):
        with unit_of_work(engine) as session:
            assert queue.enqueue(session, kind, {}, key=uuid.uuid4().hex)
            job_id = session.scalars(select(Job.id).order_by(Job.id.desc())).first()
        assert run_next_job(engine, owner="a")
        with unit_of_work(engine, writes=False) as session:
            assert session.get_one(Job, job_id).state == "done"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(LedgerSeal)) == 0
