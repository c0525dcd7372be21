"""The computation of a trial's result: its progress, and everything that may interrupt it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.jobs import runs
from server.jobs.attempts import MAX_ATTEMPTS
from server.trials import operations, queries, steps, view
from server.trials.models import TrialAnalysis
from tests.factories import make_identity, new_user
from tests.server.trials.trial_helpers import COMPARED, START, draw, fill, lock, new_draft, run_job, set_day

JOB = "evidence.trial-analysis"


@pytest.fixture(scope="module")
def people(engine):
    return fill(engine)


@pytest.fixture
def admin(engine, people, monkeypatch):
    set_day(monkeypatch, START - timedelta(days=3))
    return new_user(engine, role="admin")


@pytest.fixture
def trial_id(engine, admin, monkeypatch):
    """Its weeks are over, and its result was asked for."""
    found = lock(engine, admin, new_draft(engine, admin, looks="weekly"))
    draw(engine, admin, found)
    set_day(monkeypatch, START + WEEK * COMPARED)
    analyse(engine, admin, found)
    return found


def analyse(engine, admin, trial_id):
    with unit_of_work(engine) as session:
        return operations.analyse(session, starter=make_identity(admin), trial_id=trial_id).id


def cancel(engine, admin, trial_id):
    with unit_of_work(engine) as session:
        operations.cancel_analysis(session, canceller=make_identity(admin), trial_id=trial_id)


def newest(engine, trial_id) -> TrialAnalysis:
    with unit_of_work(engine, writes=False) as session:
        return queries.analyses_of(session, trial_id=trial_id)[0]


def test_progress_is_stored_and_reaches_the_end_of_both_phases(engine, admin, trial_id, monkeypatch):
    monkeypatch.setattr(runs, "PROGRESS_SECONDS", 0.0)
    seen, running = [], runs.Runs.running

    def note(self, session, token, **options):
        found = running(self, session, token, **options)
        seen.append((found.phase, found.progress))
        return found

    monkeypatch.setattr(runs.Runs, "running", note)
    assert run_job(engine, JOB).state == "done"
    computing = [progress for phase, progress in seen if phase == "computing"]
    assert seen[0] == ("reading", 0)
    assert computing == sorted(computing)
    assert len(set(computing)) > 20
    assert newest(engine, trial_id).state == "done"


def test_a_cancelled_analysis_keeps_nothing_and_the_result_can_be_asked_for_again(engine, admin, trial_id):
    for _ in range(2):
        cancel(engine, admin, trial_id)
    assert newest(engine, trial_id).state == "cancelling"
    run_job(engine, JOB)
    found = newest(engine, trial_id)
    assert (found.state, found.slot, found.report, found.data_sha256) == ("cancelled", None, None, None)
    cancel(engine, admin, trial_id)
    with unit_of_work(engine, writes=False) as session:
        entries = session.query(AuditEntry).filter_by(action="trial.analysis-cancelled", actor_id=admin.id)
        assert entries.count() == 1
    assert analyse(engine, admin, trial_id) != found.id
    run_job(engine, JOB)
    assert newest(engine, trial_id).report is not None


def test_cancelling_while_it_computes_stops_it(engine, admin, trial_id, monkeypatch):
    monkeypatch.setattr(runs, "PROGRESS_SECONDS", 0.0)
    compute = steps.analyse

    def cancelled_at_half(*arguments, progress, **options):
        def at_half(share):
            if share > 0.5:
                cancel(engine, admin, trial_id)
            progress(share)

        return compute(*arguments, progress=at_half, **options)

    monkeypatch.setattr(steps, "analyse", cancelled_at_half)
    assert run_job(engine, JOB).state == "done"
    assert newest(engine, trial_id).state == "cancelled"


def test_an_analysis_whose_job_keeps_failing_can_be_tried_again_or_cancelled(engine, admin, trial_id, monkeypatch):
    def is_stuck():
        with unit_of_work(engine, writes=False) as session:
            trial = operations.get_trial(session, trial_id=trial_id)
            return view.trial_view(session, trial, viewer=make_identity(admin)).is_stuck

    def fail(*_arguments, **_options):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(steps, "analyse", fail)
        for _ in range(MAX_ATTEMPTS):
            run_job(engine, JOB)
    assert is_stuck()
    with unit_of_work(engine) as session:
        operations.resume_analysis(session, trial_id=trial_id)
    assert not is_stuck()
    assert run_job(engine, JOB).state == "done"
    assert newest(engine, trial_id).state == "done"
    analyse(engine, admin, trial_id)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "analyse", fail)
        for _ in range(MAX_ATTEMPTS):
            run_job(engine, JOB)
    cancel(engine, admin, trial_id)
    assert newest(engine, trial_id).state == "cancelled"


def test_cancelling_a_trial_stops_an_early_look(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin, looks="weekly"))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, START + WEEK * 6)
    analyse(engine, admin, trial_id)
    with unit_of_work(engine) as session:
        operations.cancel(session, canceller=make_identity(admin), trial_id=trial_id, reason="A new product starts.")
    run_job(engine, JOB)
    assert newest(engine, trial_id).state == "cancelled"
