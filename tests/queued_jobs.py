"""Runs queued jobs in a test, as a worker would."""

from __future__ import annotations

from sqlalchemy import Engine, select

from server.core.database.session import unit_of_work
from server.jobs.attempts import run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job


def run_jobs(engine: Engine, *, kind: str, limit: int = 100) -> int:
    """Runs queued jobs of a kind, those for later too, until there are none; returns how many ran."""
    for ran in range(limit):
        with unit_of_work(engine, writes=False) as session:
            queued = select(Job.id).where(Job.kind == kind, Job.state == "queued")
            job_id = session.scalar(queued.order_by(Job.id).limit(1))
        if job_id is None:
            return ran
        assert run_attempt(engine, HANDLERS, job_id=job_id).state == "done"
    raise AssertionError("the jobs never end")
