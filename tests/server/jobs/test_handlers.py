"""Job handlers and recurring jobs."""

from __future__ import annotations

import uuid

from croniter import croniter
from sqlalchemy import func, select

from server.core.database.session import unit_of_work
from server.credit.models import LedgerSeal
from server.jobs import queue
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS, RECURRING
from server.jobs.models import Job
from server.privacy import operations as privacy
from server.privacy.models import DataExport
from tests.factories import make_user


def test_recurring_kinds_have_handlers_and_valid_times():
    assert set(RECURRING) <= set(HANDLERS)
    assert all(croniter.is_valid(cron) for cron in RECURRING.values())


def test_recurring_handlers_run(engine):
    for kind in RECURRING:
        key = uuid.uuid4().hex
        with unit_of_work(engine) as session:
            assert queue.enqueue(session, kind, {}, key=key)
            job_id = session.scalars(select(Job.id).filter_by(idempotency_key=key)).one()
        assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(LedgerSeal)) == 0


def test_an_export_is_created(engine):
    with unit_of_work(engine) as session:
        export_id = privacy.request_export(session, user_id=make_user(session).id).id
        job_id = session.scalars(select(Job.id).filter_by(kind="privacy.export")).one()
    assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    with unit_of_work(engine, writes=False) as session:
        assert session.get_one(DataExport, export_id).ready_at is not None
