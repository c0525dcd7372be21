"""A trial from its draft to its result: what is refused, what cannot change, and the same numbers again."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.core.weeks import WEEK
from server.jobs import queue
from server.jobs.attempts import MAX_ATTEMPTS
from server.jobs.models import Job
from server.people.models import Organisation
from server.trials import draft_view, drafts, operations, queries
from server.trials.analysis import analyse
from server.trials.lottery import commitment
from server.trials.lottery import draw as draw_again
from server.trials.models import TrialAnalysis
from server.trials.plan import Plan
from server.trials.report import Report
from server.trials.steps import read_for_analysis
from tests.concurrency import at_once
from tests.factories import make_identity, new_user
from tests.server.trials.trial_helpers import (
    BEFORE,
    COMPARED,
    START,
    add_meetings,
    choices,
    draw,
    fill,
    lock,
    new_draft,
    run_job,
    set_day,
)

LAST_DAY = START - timedelta(days=3)
END = START + WEEK * COMPARED


@pytest.fixture(scope="module")
def people(engine):
    return fill(engine)


@pytest.fixture
def admin(engine, people, monkeypatch):
    set_day(monkeypatch, LAST_DAY)
    return new_user(engine, role="admin")


def get_plan(engine, trial_id):
    with unit_of_work(engine, writes=False) as session:
        return operations.plan_of(queries.get_trial(session, trial_id=trial_id))


def analyse_trial(engine, admin, trial_id):
    with unit_of_work(engine) as session:
        operations.analyse(session, starter=make_identity(admin), trial_id=trial_id)
    assert run_job(engine, "evidence.trial-analysis").state == "done"
    with unit_of_work(engine, writes=False) as session:
        analysis = queries.analyses_of(session, trial_id=trial_id)[0]
        return Report.model_validate(analysis.report), analysis


def test_a_draft_says_what_it_could_detect_and_who_takes_part(engine, admin, people):
    draft_id = new_draft(engine, admin)
    with unit_of_work(engine, writes=False) as session:
        draft = drafts.get_draft(session, draft_id=draft_id)
        power = drafts.power_of(draft)
        assert drafts.refusals_of(session, draft) == []
    assert (power.units, power.people, power.weeks, power.is_estimated) == (40, 40, BEFORE, True)
    assert power.mean == pytest.approx(3.2, rel=0.2)
    effects = [one.effect for one in power.lengths]
    # Within the noise of the simulation, more weeks detect less.
    assert all(after < 1.1 * before for before, after in pairwise(effects))
    assert effects[-1] < 0.8 * effects[0]
    assert 0.05 < power.chosen < 0.6


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"starts_on": START + timedelta(days=1)}, "Monday"),
        ({"starts_on": START - WEEK}, "next 26 weeks"),
        ({"outcome": "credit"}, "metric"),
        ({"between": 40, "waves": 3}, "78 weeks"),
    ],
)
def test_a_draft_that_cannot_start_is_refused_by_field(engine, admin, values, said):
    with unit_of_work(engine) as session, pytest.raises(Problem) as refused:
        drafts.save_draft(session, editor=make_identity(admin), choices=choices(**values))
    assert refused.value.status == 422
    assert said in refused.value.title


def test_a_plan_that_could_tell_nothing_is_not_locked(engine, admin):
    draft_id = new_draft(engine, admin, before=52)
    with unit_of_work(engine) as session, pytest.raises(Problem) as refused:
        drafts.propose(session, proposer=make_identity(admin), draft_id=draft_id)
    assert "recorded for 27 weeks before the start, and the plan compares with 52" in refused.value.detail
    small = new_draft(engine, admin, waves=4, first_percent=75, between=4)
    with unit_of_work(engine, writes=False) as session:
        reasons = drafts.refusals_of(session, drafts.get_draft(session, draft_id=small))
    assert "Each start needs at least 5 reps: numbers of fewer are not shown." in reasons
    # Nobody has had an opportunity yet.
    other = new_draft(engine, admin, outcome="opportunity")
    with unit_of_work(engine) as session, pytest.raises(Problem) as refused:
        drafts.propose(session, proposer=make_identity(admin), draft_id=other)
    assert "at least 20 reps" in refused.value.detail


def test_two_people_lock_a_plan_where_the_organisation_requires_it(engine, admin):
    draft_id = new_draft(engine, admin)
    with unit_of_work(engine) as session:
        session.query(Organisation).update({"two_person": True})
        drafts.propose(session, proposer=make_identity(admin), draft_id=draft_id)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="second-person"):
        drafts.confirm(session, confirmer=make_identity(admin), draft_id=draft_id)
    with unit_of_work(engine, writes=False) as session:
        assert queries.trial_of_draft(session, draft_id=draft_id) is None
    other = new_user(engine, role="admin")
    with unit_of_work(engine) as session:
        trial = drafts.confirm(session, confirmer=make_identity(other), draft_id=draft_id)
        assert (trial.proposed_by, trial.locked_by) == (admin.id, other.id)


def test_a_locked_plan_is_canonical_hashed_and_keeps_the_seed_secret(engine, admin, people):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    with unit_of_work(engine, writes=False) as session:
        trial = queries.get_trial(session, trial_id=trial_id)
        seed = queries.seed_of(session, trial_id=trial_id)
        assert queries.waves_of(session, trial_id=trial_id) == {}
        changes = session.scalars(
            select(AuditEntry.changes).where(AuditEntry.action == "trial.locked", AuditEntry.object_id == str(trial_id))
        ).one()
    assert trial.sha256 == hashlib.sha256(trial.document.encode()).hexdigest()
    assert changes == {"sha256": [None, trial.sha256]}
    document = json.loads(trial.document)
    assert trial.document == json.dumps(document, sort_keys=True, separators=(",", ":"))
    assert seed not in trial.document
    assert document["seed_sha256"] == hashlib.sha256(seed.encode()).hexdigest()
    assert sorted(int(unit) for unit in document["units"]) == sorted(people)
    assert document["starts"] == [START.isoformat(), END.isoformat()]
    assert "No look before the last complete week" in document["analysis"]


@pytest.mark.parametrize("statement", [
    "UPDATE trial SET document = '{}'", "DELETE FROM trial", "UPDATE trial_assignment SET wave = 1",
    "DELETE FROM trial_assignment", "UPDATE trial_event SET reason = 'other'", "DELETE FROM trial_event",
])  # fmt: skip
def test_nothing_that_was_locked_or_drawn_can_be_changed(engine, admin, statement):
    draw(engine, admin, lock(engine, admin, new_draft(engine, admin)))
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work(engine) as session:
        session.execute(text(statement))


def test_anybody_can_repeat_the_draw_with_the_revealed_seed(engine, admin, people):
    trial_id = lock(engine, admin, new_draft(engine, admin, waves=3, between=5, first_percent=33))
    waves = draw(engine, admin, trial_id)
    assert draw(engine, admin, trial_id) == waves
    plan = get_plan(engine, trial_id)
    with unit_of_work(engine, writes=False) as session:
        seed = queries.seed_of(session, trial_id=trial_id)
    assert draw_again(seed, plan.strata, plan.percents) == waves
    assert commitment(seed) == plan.seed_sha256
    assert set(waves) == set(people)
    assert {len([1 for wave in waves.values() if wave == one]) for one in (1, 2, 3)} <= {12, 13, 14, 15}


def test_a_lottery_is_not_drawn_once_the_trial_was_to_start(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    set_day(monkeypatch, START)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="too-late"):
        operations.draw_lottery(session, drawer=make_identity(admin), trial_id=trial_id)


def test_a_cancelled_trial_keeps_its_reason_and_gives_no_result(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="invalid-field"):
        operations.cancel(session, canceller=make_identity(admin), trial_id=trial_id, reason="  ")
    for reason in ("A new product starts in the same month.", "Another reason."):
        with unit_of_work(engine) as session:
            operations.cancel(session, canceller=make_identity(admin), trial_id=trial_id, reason=reason)
    with unit_of_work(engine, writes=False) as session:
        event = queries.events_of(session, trial_ids=[trial_id])[trial_id, "cancelled"]
        assert event.reason == "A new product starts in the same month."
        assert len(queries.waves_of(session, trial_id=trial_id)) == 40
    set_day(monkeypatch, END)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="cancelled"):
        operations.analyse(session, starter=make_identity(admin), trial_id=trial_id)


def test_a_result_that_nobody_likes_cannot_be_cancelled(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, END)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="over"):
        operations.cancel(session, canceller=make_identity(admin), trial_id=trial_id, reason="It was not what we hoped.")


def test_nobody_looks_early_unless_the_plan_says_so(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, END - timedelta(days=1))
    with unit_of_work(engine) as session, pytest.raises(Problem, match="too-early"):
        operations.analyse(session, starter=make_identity(admin), trial_id=trial_id)


def test_no_effect_is_not_called_one_and_the_same_numbers_come_again(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    waves = draw(engine, admin, trial_id)
    set_day(monkeypatch, END)
    report, analysis = analyse_trial(engine, admin, trial_id)
    assert (report.is_final, report.weeks, report.people, report.lottery_holds) == (True, COMPARED, 40, True)
    assert report.low < report.effect < report.high
    assert report.is_effect == (report.p_value <= 0.05)
    assert 0 < report.detectable < 1
    assert sum(report.counts) == 40
    assert [one.name for one in report.balance] == ["outcome", "items", "at-work"]
    assert len(report.by_week) == BEFORE + COMPARED
    plan = get_plan(engine, trial_id)
    with unit_of_work(engine, writes=False) as session:
        weeks = read_for_analysis(session, plan, weeks=COMPARED)
        seed = queries.seed_of(session, trial_id=trial_id)
    again = analyse(plan, waves, seed, weeks, over=COMPARED)
    assert again == report
    assert weeks.digest() == analysis.data_sha256


def test_an_effect_is_found_by_assignment_also_at_an_early_look(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin, looks="weekly"))
    waves = draw(engine, admin, trial_id)
    add_meetings(engine, [unit for unit, wave in waves.items() if wave == 1], each=4)
    set_day(monkeypatch, START + WEEK * 3)
    with unit_of_work(engine) as session, pytest.raises(Problem, match="too-early"):
        operations.analyse(session, starter=make_identity(admin), trial_id=trial_id)
    set_day(monkeypatch, START + WEEK * 8)
    early, _ = analyse_trial(engine, admin, trial_id)
    assert (early.is_final, early.weeks, early.is_effect) == (False, 8, True)
    set_day(monkeypatch, END)
    final, _ = analyse_trial(engine, admin, trial_id)
    assert final.is_final
    assert final.is_effect
    assert 0.4 < final.effect < 1.2
    assert final.high - final.low < early.high - early.low


def test_a_staggered_start_compares_with_those_who_start_later(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin, waves=3, between=6, first_percent=34))
    waves = draw(engine, admin, trial_id)
    set_day(monkeypatch, END)
    report, _ = analyse_trial(engine, admin, trial_id)
    assert [(cell.wave, cell.period) for cell in report.cells] == [(1, 1), (1, 2), (2, 2)]
    assert all(-1 < cell.effect < 1 for cell in report.cells)
    assert len(report.counts) == len(set(waves.values())) == 3
    assert report.low < report.effect < report.high


def test_two_trials_do_not_run_in_the_same_weeks(engine, admin):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    later = {"starts_on": START + WEEK * COMPARED}
    during, after = new_draft(engine, admin, starts_on=START + WEEK), new_draft(engine, admin, **later)
    with unit_of_work(engine) as session:
        reasons = drafts.refusals_of(session, drafts.get_draft(session, draft_id=during))
        assert any("Another trial runs" in reason for reason in reasons)
        assert not drafts.refusals_of(session, drafts.get_draft(session, draft_id=after))
        operations.cancel(session, canceller=make_identity(admin), trial_id=trial_id, reason="It was planned twice.")
        assert not drafts.refusals_of(session, drafts.get_draft(session, draft_id=during))


def test_a_change_of_the_choices_computes_again_and_a_stale_job_stores_nothing(engine, admin):
    draft_id = new_draft(engine, admin)
    with unit_of_work(engine) as session:
        draft = drafts.save_draft(session, editor=make_identity(admin), choices=choices(between=4), draft_id=draft_id)
        assert (draft.power, draft.power_state, draft.revision) == (None, "queued", 2)
    with unit_of_work(engine, writes=False) as session:
        reasons = drafts.refusals_of(session, drafts.get_draft(session, draft_id=draft_id))
    assert reasons == ["What this trial could detect is not known yet."]
    run_job(engine, "evidence.trial-power")
    with unit_of_work(engine, writes=False) as session:
        power = drafts.power_of(drafts.get_draft(session, draft_id=draft_id))
    assert power.chosen == next(one.effect for one in power.lengths if one.between == 4)


def test_a_second_click_returns_the_analysis_that_is_computed(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, END)
    with unit_of_work(engine) as session:
        first = operations.analyse(session, starter=make_identity(admin), trial_id=trial_id).id
        assert operations.analyse(session, starter=make_identity(admin), trial_id=trial_id).id == first
        assert session.query(TrialAnalysis).filter_by(trial_id=trial_id).count() == 1
    run_job(engine, "evidence.trial-analysis")


@pytest.mark.parametrize("is_purged", [False, True])
def test_a_job_that_failed_in_all_attempts_is_shown_and_can_be_tried_again(engine, admin, is_purged):
    with unit_of_work(engine) as session:
        draft_id = drafts.save_draft(session, editor=make_identity(admin), choices=choices()).id
        job_id = session.scalar(select(func.max(Job.id)))
    with unit_of_work(engine) as session:
        job = session.get_one(Job, job_id)
        job.state, job.attempts, job.finished_at = "failed", MAX_ATTEMPTS, now()
    if is_purged:
        with unit_of_work(engine) as session:
            queue.purge(session, finished_before=now() + timedelta(seconds=1))
            assert session.get(Job, job_id) is None
    with unit_of_work(engine) as session:
        draft = drafts.get_draft(session, draft_id=draft_id)
        assert draft_view.draft_view(session, draft, viewer=make_identity(admin)).is_stuck
        drafts.retry_power(session, draft_id=draft_id)
    assert run_job(engine, "evidence.trial-power").state == "done"
    with unit_of_work(engine, writes=False) as session:
        draft = drafts.get_draft(session, draft_id=draft_id)
        assert not draft_view.draft_view(session, draft, viewer=make_identity(admin)).is_stuck
        assert drafts.power_of(draft).people == 40


def test_teams_can_be_the_units_and_few_of_them_are_refused(engine, admin):
    draft_id = new_draft(engine, admin, unit="team")
    with unit_of_work(engine, writes=False) as session:
        draft = drafts.get_draft(session, draft_id=draft_id)
        assert drafts.power_of(draft).units == 1
        assert any("few possible outcomes" in reason for reason in drafts.refusals_of(session, draft))


def test_the_plan_reads_back_as_it_was_written(engine, admin):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    plan = get_plan(engine, trial_id)
    assert Plan.model_validate_json(plan.canonical()).canonical() == plan.canonical()
    assert plan.people == sorted(person for one in plan.units.values() for person in one.people)


def test_administrators_who_ask_for_the_result_at_once_get_the_same_one(engine, admin, monkeypatch):
    trial_id = lock(engine, admin, new_draft(engine, admin))
    draw(engine, admin, trial_id)
    set_day(monkeypatch, END)

    def ask(_number):
        with unit_of_work(engine) as session:
            return operations.analyse(session, starter=make_identity(admin), trial_id=trial_id).id

    assert len(set(at_once(ask, 4))) == 1
