"""What happens to a trial once its plan is locked: drawing its lottery, cancelling it with a reason that stays, and computing
its result as the plan says."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.core.weeks import WEEK
from server.people.queries import get_calendar, lock_organisation
from server.trials import queries
from server.trials.lottery import draw
from server.trials.models import Trial, TrialAnalysis, TrialAssignment, TrialEvent
from server.trials.plan import Plan
from server.trials.sequential import FIRST_LOOK
from server.trials.steps import ANALYSES

MAX_REASON_LENGTH = 300


def plan_of(trial: Trial) -> Plan:
    return Plan.model_validate_json(trial.document)


def get_trial(session: Session, *, trial_id: int) -> Trial:
    trial = queries.get_trial(session, trial_id=trial_id)
    if trial is None:
        raise not_found()
    return trial


def draw_lottery(session: Session, *, drawer: Identity, trial_id: int) -> None:
    """Draws who starts in which wave, and reveals the seed. A second click changes nothing. 409 once the trial was to start
    or is cancelled."""
    lock_organisation(session)
    trial = get_trial(session, trial_id=trial_id)
    events = queries.events_of(session, trial_ids=[trial.id])
    if (trial.id, "drawn") in events:
        return
    plan = plan_of(trial)
    _refuse_cancelled(trial, events)
    if get_calendar(session).today() >= plan.starts[0]:
        raise Problem(409, "too-late", "The start of this trial has passed", detail="Cancel it and plan another one.")
    store_draw(session, trial, by=drawer.user_id)
    audit.record(session, action="trial.drawn", object_type="trial", object_id=trial.id, actor=drawer)


def store_draw(session: Session, trial: Trial, *, by: int, at: datetime | None = None) -> dict[int, int]:
    """Draws the lottery. Returns the wave of each unit."""
    plan = plan_of(trial)
    waves = draw(queries.seed_of(session, trial_id=trial.id), plan.strata, plan.percents)
    session.add_all(TrialAssignment(trial_id=trial.id, unit_id=unit, wave=wave) for unit, wave in sorted(waves.items()))
    session.add(TrialEvent(trial_id=trial.id, kind="drawn", by=by, at=at or now()))
    session.flush()
    return waves


def cancel(session: Session, *, canceller: Identity, trial_id: int, reason: str) -> None:
    """Ends a trial; plan, draw, reason and what was seen so far stay. ``reason``: 1 to 300 characters. A second click changes
    nothing. 409 once the comparison is over, so that nobody cancels a result that they do not like."""
    lock_organisation(session)
    trial = get_trial(session, trial_id=trial_id)
    if (trial.id, "cancelled") in queries.events_of(session, trial_ids=[trial.id]):
        return
    plan = plan_of(trial)
    if weeks_over(session, plan) == plan.weeks:
        raise Problem(409, "over", "This trial is over", detail="Its result stays, whatever it says.")
    reason = reason.strip()
    if not reason:
        raise field_problem("reason", "is missing: it stays with the trial")
    if len(reason) > MAX_REASON_LENGTH:
        raise field_problem("reason", f"must have at most {MAX_REASON_LENGTH} characters", limit=MAX_REASON_LENGTH)
    session.add(TrialEvent(trial_id=trial.id, kind="cancelled", by=canceller.user_id, reason=reason))
    session.flush()
    analysis = _open_analysis(session, trial_id)
    if analysis is not None:
        ANALYSES.cancel(session, analysis)
    audit.record(session, action="trial.cancelled", object_type="trial", object_id=trial.id, actor=canceller)


def weeks_over(session: Session, plan: Plan) -> int:
    """Of the comparison."""
    over = (get_calendar(session).this_monday() - plan.starts[0]).days // WEEK.days
    return max(0, min(plan.weeks, over))


def may_analyse(plan: Plan, weeks: int) -> bool:
    """Whether the plan allows a look at the result after so many weeks."""
    return weeks == plan.weeks or (plan.choices.looks == "weekly" and weeks >= FIRST_LOOK)


def analyse(session: Session, *, starter: Identity, trial_id: int) -> TrialAnalysis:
    """Has a job compute the result as of the last complete week; while one is computed, returns that. 409 before the plan
    allows a look."""
    lock_organisation(session)
    trial = get_trial(session, trial_id=trial_id)
    plan = plan_of(trial)
    events = queries.events_of(session, trial_ids=[trial.id])
    _refuse_cancelled(trial, events)
    weeks = weeks_over(session, plan)
    if (trial.id, "drawn") not in events or not may_analyse(plan, weeks):
        raise Problem(
            409, "too-early", "The plan does not allow a look yet", detail="Looking early makes chance look like an effect."
        )
    queued = queries.open_analysis(session, trial_id=trial.id)
    if queued is not None:
        return queued
    analysis = TrialAnalysis(token=secrets.token_hex(16), trial_id=trial.id, weeks=weeks, started_by=starter.user_id)
    session.add(analysis)
    session.flush()
    audit.record(session, action="trial.analysed", object_type="trial", object_id=trial.id, actor=starter)
    ANALYSES.enqueue(session, analysis)
    return analysis


def cancel_analysis(session: Session, *, canceller: Identity, trial_id: int) -> None:
    """Stops the open analysis within some seconds; nothing of it is kept. Does nothing if there is none."""
    analysis = _open_analysis(session, trial_id)
    if analysis is not None and ANALYSES.cancel(session, analysis):
        audit.record(
            session, action="trial.analysis-cancelled", object_type="trial", object_id=analysis.trial_id, actor=canceller
        )


def resume_analysis(session: Session, *, trial_id: int) -> None:
    """Tries the open analysis again if it is stuck. Does nothing otherwise."""
    analysis = _open_analysis(session, trial_id)
    if analysis is not None:
        ANALYSES.resume(session, analysis)


def _open_analysis(session: Session, trial_id: int) -> TrialAnalysis | None:
    found = queries.open_analysis(session, trial_id=get_trial(session, trial_id=trial_id).id)
    return ANALYSES.lock(session, run_id=found.id) if found else None


def _refuse_cancelled(trial: Trial, events: dict[tuple[int, str], TrialEvent]) -> None:
    if (trial.id, "cancelled") in events:
        raise Problem(409, "cancelled", "This trial was cancelled")
