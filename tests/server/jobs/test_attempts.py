"""An attempt at a job: counted before it runs, committed with what the job writes, and without effect if it comes twice."""

from __future__ import annotations

import contextlib
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.core.clock import now
from server.core.database.session import unit_of_work
from server.jobs import attempts, queue
from server.jobs.attempts import FIRST_BACKOFF, MAX_ATTEMPTS, StillRunning, fail, run_attempt
from server.jobs.models import Job
from server.jobs.queue import TryLater
from server.people.models import Team


def enqueue(engine, **args):
    key = uuid.uuid4().hex
    with unit_of_work(engine) as session:
        assert queue.enqueue(session, "test", args, key=key)
        return session.scalars(select(Job.id).filter_by(idempotency_key=key)).one()


def get_job(engine, job_id):
    with unit_of_work(engine, writes=False) as session:
        return session.get_one(Job, job_id)


def add_team(session, args):
    session.add(Team(name=args["name"]))
    session.flush()


def count_teams(engine, name):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Team).filter_by(name=name))


def test_a_job_delivered_twice_has_its_effect_once(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)
    for _ in range(3):
        assert run_attempt(engine, {"test": add_team}, job_id=job_id).state == "done"
    job = get_job(engine, job_id)
    assert (job.state, job.attempts, job.last_error) == ("done", 1, None)
    assert count_teams(engine, name) == 1


def test_a_job_delivered_to_several_workers_at_once_has_its_effect_once(engine):
    names = [uuid.uuid4().hex for _ in range(8)]
    jobs = [enqueue(engine, name=name) for name in names]
    barrier = threading.Barrier(4)

    def deliver_all(_):
        barrier.wait()
        for job_id in jobs:
            with contextlib.suppress(StillRunning):
                run_attempt(engine, {"test": add_team}, job_id=job_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver_all, range(4)))
    # What the deliveries above left to do is delivered again.
    for job_id in jobs:
        assert run_attempt(engine, {"test": add_team}, job_id=job_id).state == "done"
    assert [count_teams(engine, name) for name in names] == [1] * len(names)


def test_retries_wait_longer_each_time_and_stop(engine):
    name = uuid.uuid4().hex

    def write_and_fail(session, args):
        add_team(session, args)
        raise ValueError("canary text that must not be stored")

    job_id = enqueue(engine, name=name)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        before = now()
        outcome = run_attempt(engine, {"test": write_and_fail}, job_id=job_id)
        job = get_job(engine, job_id)
        assert (job.attempts, job.last_error) == (attempt, "ValueError")
        if attempt < MAX_ATTEMPTS:
            assert (job.state, outcome.retry_at) == ("queued", job.run_after)
            assert job.run_after >= before + FIRST_BACKOFF * 2 ** (attempt - 1)
    assert (job.state, outcome.state, outcome.retry_at) == ("failed", "failed", None)
    assert job.finished_at is not None
    assert run_attempt(engine, {"test": add_team}, job_id=job_id).state == "failed"
    assert count_teams(engine, name) == 0


def test_a_delivery_runs_after_the_jobs_own_writes_and_holds_no_lock(engine):
    name = uuid.uuid4().hex
    job_id = enqueue(engine, name=name)

    def deliver(engine):
        assert count_teams(engine, name) == 1
        assert get_job(engine, job_id).state == "running"
        with unit_of_work(engine) as session:  # somebody else can write meanwhile
            session.add(Team(name=name))

    def write_and_deliver(session, args):
        add_team(session, args)
        return deliver

    assert run_attempt(engine, {"test": write_and_deliver}, job_id=job_id).state == "done"
    assert (get_job(engine, job_id).state, count_teams(engine, name)) == ("done", 2)


def test_a_failed_delivery_is_repeated_and_one_for_later_waits_longer(engine):
    for error, minimum in ((ValueError(), FIRST_BACKOFF), (TryLater(), TryLater.first_backoff)):
        job_id = enqueue(engine)

        def deliver(_engine, error=error):
            raise error

        before = now()
        outcome = run_attempt(engine, {"test": lambda _session, _args, deliver=deliver: deliver}, job_id=job_id)
        job = get_job(engine, job_id)
        assert (outcome.state, job.last_error) == ("queued", type(error).__name__)
        assert minimum <= job.run_after - before < 2 * minimum


def test_a_delivery_that_was_given_up_meanwhile_does_not_end_the_newer_attempt(engine):
    job_id = enqueue(engine)

    def deliver(engine):
        with unit_of_work(engine) as session:
            session.get_one(Job, job_id).attempts += 1

    assert run_attempt(engine, {"test": lambda _session, _args: deliver}, job_id=job_id).state == "done"
    assert get_job(engine, job_id).state == "running"


def test_an_unknown_kind_is_retried_and_shown(engine):
    job_id = enqueue(engine)
    assert run_attempt(engine, {}, job_id=job_id).state == "queued"
    assert get_job(engine, job_id).last_error == "KeyError"


def test_attempts_whose_process_died_are_counted(engine):
    """The state that a killed worker leaves behind: the attempt begun, and nothing else committed."""
    job_id = enqueue(engine, name=uuid.uuid4().hex)

    def die(_session, _args):
        raise KeyboardInterrupt  # not caught: like a kill, it reports nothing

    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            run_attempt(engine, {"test": die}, job_id=job_id)
        assert (get_job(engine, job_id).state, get_job(engine, job_id).attempts) == ("running", attempt)
        fail(engine, job_id=job_id)
    assert (get_job(engine, job_id).state, get_job(engine, job_id).last_error) == ("failed", "Interrupted")


def test_a_late_report_does_not_end_a_newer_attempt(engine):
    job_id = enqueue(engine, name=uuid.uuid4().hex)
    with unit_of_work(engine) as session:
        job = session.get_one(Job, job_id)
        job.state, job.attempts = "running", 2
    assert fail(engine, job_id=job_id, attempt=1, error="Late").retry_at > now()
    assert (get_job(engine, job_id).state, get_job(engine, job_id).last_error) == ("running", None)


def test_an_attempt_that_was_given_up_meanwhile_has_no_effect(engine, monkeypatch):
    """The worker was paused between counting its attempt and running it; meanwhile another one ended the attempt."""
    job_id = enqueue(engine)

    def end_the_attempt(session, _seconds):
        job = session.get_one(Job, job_id)
        job.state, job.run_after = "queued", now() + timedelta(minutes=1)
        session.flush()

    monkeypatch.setattr(attempts, "_limit_idle_time", end_the_attempt)
    outcome = run_attempt(engine, {}, job_id=job_id)
    job = get_job(engine, job_id)
    assert (outcome.state, outcome.retry_at, job.last_error) == ("queued", job.run_after, None)


def test_a_running_job_is_not_ended_by_another_worker(engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one worker")
    job_id = enqueue(engine)

    def check_from_another_worker(_session, _args):
        with pytest.raises(StillRunning):
            fail(engine, job_id=job_id)
        with pytest.raises(StillRunning):
            run_attempt(engine, {}, job_id=job_id)

    assert run_attempt(engine, {"test": check_from_another_worker}, job_id=job_id).state == "done"
