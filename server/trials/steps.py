"""The jobs of trials: what a draft could detect, and the result of a trial. Both read in one transaction, compute outside of
any, and store the result in another; a job that was killed does it again, with the same numbers."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.core.database.session import unit_of_work
from server.core.weeks import WEEK
from server.evidence.panel import SumsIncomplete
from server.jobs.queue import Delivery, TryLater, enqueue, enqueue_lost, is_lost
from server.jobs.runs import Runs
from server.trials import queries
from server.trials.analysis import analyse
from server.trials.candidates import Candidates, find_candidates, find_outcome
from server.trials.data import Progress, Weeks, ignore, read_weeks, settle
from server.trials.models import TrialAnalysis, TrialDraft
from server.trials.plan import Choices, Plan
from server.trials.planning import compute

POWER_JOB, ANALYSIS_JOB = "evidence.trial-power", "evidence.trial-analysis"
ANALYSES = Runs(TrialAnalysis, ANALYSIS_JOB)
NO_OUTCOME = "The outcome is no longer a metric that counts records."


def enqueue_power(session: Session, draft: TrialDraft) -> None:
    session.flush()
    enqueue(session, POWER_JOB, {"token": draft.token}, key=_power_key(draft))


def is_power_stuck(session: Session, draft: TrialDraft) -> bool:
    """Whether no job will compute what the draft could detect."""
    return draft.power_state == "queued" and is_lost(session, key=_power_key(draft))


def resume_power(session: Session, draft: TrialDraft) -> None:
    """Does nothing unless it is stuck."""
    if is_power_stuck(session, draft):
        enqueue_lost(session, POWER_JOB, {"token": draft.token}, key=_power_key(draft))


def _power_key(draft: TrialDraft) -> str:
    return f"{POWER_JOB}:{draft.token}:{draft.revision}"


def run_power(session: Session, *, token: str) -> Delivery | None:
    draft = queries.draft_by_token(session, token=token)
    if draft is None or draft.state != "draft" or draft.power_state != "queued":
        return None
    return lambda engine: _compute_power(engine, token)


def _compute_power(engine: Engine, token: str) -> None:
    with unit_of_work(engine, writes=False) as session:
        draft = queries.draft_by_token(session, token=token)
        if draft is None:
            return
        revision, choices = draft.revision, Choices.model_validate(draft.choices)
        candidates = _find(session, choices)
    power = compute(choices, candidates) if candidates is not None else None
    with unit_of_work(engine) as session:
        draft = queries.draft_by_token(session, token=token, for_update=True)
        if draft is None or draft.revision != revision:
            # It was changed in the meantime, and another job computes it.
            return
        draft.power = power.model_dump(mode="json") if power else None
        draft.power_state, draft.problem = ("done", None) if power else ("failed", NO_OUTCOME)


def _find(session: Session, choices: Choices) -> Candidates | None:
    metric = find_outcome(session, choices.outcome)
    try:
        return find_candidates(session, choices, metric) if metric else None
    except SumsIncomplete:
        raise TryLater from None


def run_analysis(session: Session, *, token: str) -> Delivery | None:
    return ANALYSES.run_job(session, token=token, work=_analyse)


def _analyse(engine: Engine, token: str) -> None:
    with unit_of_work(engine, writes=False) as session:
        analysis = ANALYSES.running(session, token, for_update=False)
        trial = queries.get_trial(session, trial_id=analysis.trial_id)
        assert trial is not None  # noqa: S101 (a foreign key)
        plan, over = Plan.model_validate_json(trial.document), analysis.weeks
        waves, seed = queries.waves_of(session, trial_id=trial.id), queries.seed_of(session, trial_id=trial.id)
        weeks = read_for_analysis(session, plan, weeks=over, progress=_progress(engine, token, "reading"))
    report = analyse(plan, waves, seed, weeks, over=over, progress=_progress(engine, token, "computing"))
    with unit_of_work(engine) as session:
        analysis = ANALYSES.running(session, token)
        analysis.report, analysis.data_sha256 = report.model_dump(mode="json"), weeks.digest()
        ANALYSES.finish(session, analysis, state="done")


def _progress(engine: Engine, token: str, phase: str) -> Progress:
    def store(analysis: TrialAnalysis, share: float) -> None:
        analysis.phase, analysis.progress = phase, round(100 * share)

    return ANALYSES.reporter(engine, token, store)


def read_for_analysis(session: Session, plan: Plan, *, weeks: int, progress: Progress = ignore) -> Weeks:
    """From the weeks before the start to ``weeks`` after it."""
    try:
        settle(session)
    except SumsIncomplete:
        raise TryLater from None
    first = plan.starts[0] - WEEK * plan.choices.before
    end = plan.starts[0] + WEEK * weeks
    return read_weeks(session, people=plan.people, first=first, end=end, record_kind=plan.record_kind, progress=progress)
