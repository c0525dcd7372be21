"""The job queue enqueues in the caller's transaction; operators see and retry what failed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs import queue
from server.jobs.models import Job


def find(session, key):
    return session.scalar(select(Job).filter_by(idempotency_key=key))


def count_deliveries(session, job_id):
    """Deliveries that procrastinate holds for the job; on SQLite, the row itself is the delivery."""
    if session.get_bind().dialect.name == "sqlite":
        return session.scalar(select(func.count()).select_from(Job).where(Job.id == job_id, Job.state == "queued"))
    query = text("SELECT count(*) FROM procrastinate_jobs WHERE args = jsonb_build_object('job_id', CAST(:id AS bigint))")
    return session.scalar(query, {"id": job_id})


def test_a_key_is_used_once(engine):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        assert queue.enqueue(session, "test", {}, key=key)
        assert not queue.enqueue(session, "test", {}, key=key)
        find(session, key).state = "done"
    with unit_of_work(engine) as session:
        assert not queue.enqueue(session, "test", {}, key=key)
        job = find(session, key)
        assert job.state == "done"
        assert count_deliveries(session, job.id) == (0 if engine.dialect.name == "sqlite" else 1)


def test_enqueue_is_rolled_back_with_its_transaction(engine):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=key)
        job_id = find(session, key).id
        assert count_deliveries(session, job_id) == 1
        session.rollback()
    with unit_of_work(engine, writes=False) as session:
        assert find(session, key) is None
        assert count_deliveries(session, job_id) == 0


def test_unfinished_jobs_are_listed_and_counted_failed_ones_first(engine):
    with unit_of_work(engine) as session:
        before = queue.count(session)
        for key, state in (("waiting", "queued"), ("broken", "failed"), ("finished", "done")):
            queue.enqueue(session, key, {}, key=f"{key}:{uuid.uuid4().hex}", run_after=now() + timedelta(days=1))
            session.scalars(select(Job).filter_by(kind=key)).one().state = state
        session.flush()
        kinds = [job.kind for job in queue.list_unfinished(session)]
        assert kinds.index("broken") < kinds.index("waiting")
        assert "finished" not in kinds
        assert queue.count(session) == queue.JobCounts(before.waiting + 1, before.failed + 1)
        session.rollback()


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_only_a_failed_job_can_be_retried(engine, state):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        queue.enqueue(session, "test", {}, key=key)
        job = find(session, key)
        job.state = state
        session.flush()
        assert not queue.retry(session, job_id=job.id)
        job.state, job.attempts, job.finished_at = "failed", 5, now()
        session.flush()
        assert queue.retry(session, job_id=job.id)
        assert (job.state, job.attempts, job.finished_at) == ("queued", 0, None)
        session.rollback()
