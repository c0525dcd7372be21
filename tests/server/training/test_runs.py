"""A training run from its start to the new version, and everything that may interrupt it. The champion is never touched."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from nlp import Coach, Draft
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.jobs import runs
from server.jobs.attempts import INTERRUPTED, MAX_ATTEMPTS, fail, run_attempt
from server.jobs.handlers import HANDLERS
from server.jobs.models import Job
from server.training import fitting, operations, steps
from server.training.labels import Labels
from server.training.models import TrainingRun, TrainingText
from server.training.report import Report
from server.tuning import operations as tuning
from server.tuning.champion import get_champion, get_scoring
from server.tuning.models import ScoringVersion
from server.tuning.queries import alias_hash
from tests.concurrency import at_once
from tests.factories import make_identity, new_user
from tests.server.training.training_helpers import get_run, reader_labels, run_all, run_next, start


@pytest.fixture
def champion_hash(engine, admin):
    """Checked again at the end."""
    with unit_of_work(engine, writes=False) as session:
        before = get_champion(session).version
    yield before
    with unit_of_work(engine, writes=False) as session:
        assert get_champion(session).version == before


def count(engine, table):
    with unit_of_work(engine, writes=False) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_run_gives_a_challenger_with_a_correction(engine, admin, champion_hash):
    run_id = start(engine, admin)
    run_all(engine)
    run = get_run(engine, run_id)
    assert (run.state, run.slot, run.preferences) == ("done", None, 40)
    report = Report.model_validate(run.report)
    (pairs,) = report.agreement
    # Some reference drafts are too short for a score.
    assert pairs.labels == 40 - report.left_out >= 30
    assert pairs.low <= pairs.difference <= pairs.high
    assert count(engine, TrainingText) == 0
    assert run.result in ("passed", "refused")
    if run.result == "refused":
        with unit_of_work(engine) as session:
            operations.override(session, run_id=run_id, decider=make_identity(admin), reason="Short posts work for us")
        run = get_run(engine, run_id)
    with unit_of_work(engine, writes=False) as session:
        assert alias_hash(session, name="challenger") == run.version_hash
        version = session.get_one(ScoringVersion, run.version_hash)
        assert version.note == "Trained on 40 comparisons by our own readers"
        scoring = get_scoring(session, version_hash=run.version_hash)
    assert scoring.correction.rows == pairs.labels
    assert scoring.correction.labels == run.labels_hash == reader_labels().hash
    assessment = Coach(scoring).assess(Draft("linkedin-post", "A buyer in Ghent told me no on Tuesday. She was right."))
    assert sum(part.tenths for part in assessment.contributions) == 10 * assessment.score


def test_the_same_labels_give_the_same_version(engine, admin):
    found = []
    for _ in range(2):
        run_id = start(engine, admin)
        run_all(engine)
        with unit_of_work(engine, writes=False) as session:
            run = session.get_one(TrainingRun, run_id)
            found.append((run.report, run.correction, run.result))
    assert found[0] == found[1]


def test_progress_is_visible_between_steps(engine, admin, monkeypatch):
    # Each look at the clock takes a second, so that a step has time for one batch.
    ticks = itertools.count()
    monkeypatch.setattr(steps, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    monkeypatch.setattr(steps, "SECONDS_PER_STEP", 1.5)
    run_id = start(engine, admin)
    seen = []
    while run_next(engine):
        run = get_run(engine, run_id)
        if run.state == "running":
            seen.append(run.texts_done)
    assert seen == sorted(seen)
    assert len(seen) > 1
    assert get_run(engine, run_id).texts_done == get_run(engine, run_id).texts


def test_a_worker_killed_while_measuring_goes_on_where_it_was(engine, admin, champion_hash, monkeypatch):
    run_id = start(engine, admin)
    insert, calls = steps.insert_if_absent, []

    def die(*arguments, **values):
        calls.append(1)
        if len(calls) == 15:
            raise SystemExit  # ends the process; nothing is caught on the way
        return insert(*arguments, **values)

    monkeypatch.setattr(steps, "insert_if_absent", die)
    kill_and_restart(engine)
    assert count(engine, TrainingText) == 10
    monkeypatch.setattr(steps, "insert_if_absent", insert)
    run_all(engine)
    assert get_run(engine, run_id).state == "done"


def kill_and_restart(engine):
    """Runs the queued job, which dies, and lets the next worker find it."""
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == steps.STEP_JOB, Job.state == "queued")).one()
    with pytest.raises(SystemExit):
        run_attempt(engine, HANDLERS, job_id=job_id)
    assert fail(engine, job_id=job_id, error=INTERRUPTED).state == "queued"


def test_a_worker_killed_while_fitting_fits_again(engine, admin, champion_hash, monkeypatch):
    run_id = start(engine, admin)
    fit = steps.fit_labels

    def die(*arguments, progress, **options):
        def at_half(share):
            if share > 0.5:
                raise SystemExit
            progress(share)

        return fit(*arguments, progress=at_half, **options)

    monkeypatch.setattr(steps, "fit_labels", die)
    while get_run(engine, run_id).texts_done < get_run(engine, run_id).texts:
        run_next(engine)
    kill_and_restart(engine)
    run = get_run(engine, run_id)
    assert (run.state, run.report) == ("running", None)
    monkeypatch.setattr(steps, "fit_labels", fit)
    run_all(engine)
    assert get_run(engine, run_id).state == "done"


def test_a_cancelled_run_keeps_nothing(engine, admin, champion_hash, monkeypatch):
    monkeypatch.setattr(steps, "SECONDS_PER_STEP", 0.05)
    run_id = start(engine, admin)
    run_next(engine)
    assert count(engine, TrainingText) > 0
    versions = count(engine, ScoringVersion)
    cancel(engine, run_id, admin)
    cancel(engine, run_id, admin)
    assert get_run(engine, run_id).state == "cancelling"
    run_all(engine)
    run = get_run(engine, run_id)
    assert (run.state, run.slot, run.report, run.version_hash) == ("cancelled", None, None, None)
    assert count(engine, TrainingText) == 0
    assert count(engine, ScoringVersion) == versions
    assert audited(engine, run_id) == ["training.started", "training.cancelled"]


def cancel(engine, run_id, admin):
    with unit_of_work(engine) as session:
        operations.cancel(session, run_id=run_id, canceller=make_identity(admin))


def audited(engine, run_id):
    with unit_of_work(engine, writes=False) as session:
        entries = select(AuditEntry.action).where(AuditEntry.object_type == "training-run", AuditEntry.object_id == str(run_id))
        return list(session.scalars(entries.order_by(AuditEntry.id)))


def test_a_run_is_cancelled_in_the_middle_of_its_fit(engine, admin, champion_hash, monkeypatch):
    monkeypatch.setattr(runs, "PROGRESS_SECONDS", 0.0)
    run_id = start(engine, admin)
    fit = steps.fit_labels

    def cancelled_at_half(*arguments, progress, **options):
        def at_half(share):
            if share > 0.5:
                cancel(engine, run_id, admin)
            progress(share)

        return fit(*arguments, progress=at_half, **options)

    monkeypatch.setattr(steps, "fit_labels", cancelled_at_half)
    run_all(engine)
    assert get_run(engine, run_id).state == "cancelled"


def test_a_run_whose_job_keeps_failing_can_be_resumed_or_cancelled(engine, admin, champion_hash, monkeypatch):
    def broken(*_arguments, **_options):
        raise OSError

    fit = steps.fit_labels
    monkeypatch.setattr(steps, "fit_labels", broken)
    run_id = start(engine, admin)
    while get_run(engine, run_id).texts_done < get_run(engine, run_id).texts:
        run_next(engine)
    with unit_of_work(engine, writes=False) as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == steps.STEP_JOB, Job.state == "queued")).one()
    for _ in range(MAX_ATTEMPTS):
        outcome = run_attempt(engine, HANDLERS, job_id=job_id)
    assert outcome.state == "failed"
    monkeypatch.setattr(steps, "fit_labels", fit)
    with unit_of_work(engine) as session:
        operations.resume(session, run_id=run_id)
    run_all(engine)
    assert get_run(engine, run_id).state == "done"


def test_one_run_at_a_time_however_many_start_it(engine, admin):
    found = at_once(lambda _number: start(engine, admin), 4)
    assert len(set(found)) == 1
    cancel(engine, found[0], admin)
    run_all(engine)


def test_too_few_labels_are_refused(engine, admin, use_labels):
    use_labels(Labels(preferences=reader_labels().preferences[:19]))
    with pytest.raises(Problem) as refused:
        start(engine, admin)
    assert refused.value.code == "too-few-labels"


def test_labels_that_vanish_during_the_run_end_it_with_a_reason(engine, admin, champion_hash, use_labels):
    run_id = start(engine, admin)
    use_labels(Labels(preferences=reader_labels().preferences[: fitting.MIN_LABELS - 1]))
    run_all(engine)
    run = get_run(engine, run_id)
    assert (run.state, run.problem) == ("failed", steps.TOO_FEW)


def test_a_version_that_was_activated_in_the_meantime_is_not_undone(engine, admin):
    run_id = start(engine, admin)
    second = new_user(engine, role="admin")
    with unit_of_work(engine) as session:
        version = tuning.create_version(session, author=make_identity(admin), weights={"hook": 33}, note="More hook")
        promotion = tuning.propose(session, proposer=make_identity(admin), version_hash=version.hash)
        tuning.confirm(session, confirmer=make_identity(second), promotion_id=promotion.id)
    run_all(engine)
    run = get_run(engine, run_id)
    assert (run.state, run.problem, run.version_hash) == ("failed", steps.STALE, None)


def test_two_administrators_who_confirm_at_once_activate_it_once(engine, admin):
    run_id = start(engine, admin)
    run_all(engine)
    if get_run(engine, run_id).result == "refused":
        with unit_of_work(engine) as session:
            operations.override(session, run_id=run_id, decider=make_identity(admin), reason="Short posts work for us")
    version_hash = get_run(engine, run_id).version_hash
    with unit_of_work(engine) as session:
        promotion_id = tuning.propose(session, proposer=make_identity(admin), version_hash=version_hash).id
    others = [new_user(engine, role="admin") for _ in range(2)]

    def confirm(number):
        try:
            with unit_of_work(engine) as session:
                tuning.confirm(session, confirmer=make_identity(others[number]), promotion_id=promotion_id)
        except Problem as problem:
            return problem.code
        return "confirmed"

    assert sorted(at_once(confirm, 2)) == ["confirmed", "decided"]
    with unit_of_work(engine, writes=False) as session:
        assert get_champion(session).version == version_hash
