"""The worker on SQLite."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs import queue
from server.jobs.embedded import EmbeddedWorker
from server.jobs.models import Job


@pytest.fixture(autouse=True)
def only_sqlite(engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has procrastinate's worker")


def get_job(engine, key):
    with unit_of_work(engine, writes=False) as session:
        return session.scalars(select(Job).filter_by(idempotency_key=key)).one()


def test_due_jobs_run_in_order_and_others_wait(engine):
    ran = []
    worker = EmbeddedWorker(engine, {"test": lambda _session, args: ran.append(args["number"])}, {})
    keys = [uuid.uuid4().hex for _ in range(3)]
    for number, hours in ((0, -1), (1, -2), (2, 1)):
        with unit_of_work(engine) as session:
            queue.enqueue(session, "test", {"number": number}, key=keys[number], run_after=now() + timedelta(hours=hours))
    worker.run_due_jobs()
    assert ran == [1, 0]
    assert [get_job(engine, key).state for key in keys] == ["done", "done", "queued"]


def test_a_recurring_job_is_enqueued_once_per_slot(engine):
    for _ in range(2):  # a restart does not enqueue it again
        worker = EmbeddedWorker(engine, {"yearly": lambda _session, _args: None}, {"yearly": "@yearly"})
        worker.run_due_jobs()
        worker.run_due_jobs()
    with unit_of_work(engine, writes=False) as session:
        assert session.scalars(select(Job.state).filter_by(kind="yearly")).all() == ["done"]
