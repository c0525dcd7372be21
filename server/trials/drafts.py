"""Preparing a trial and locking its plan.

A plan is locked by a second administrator where the organisation requires two people. From then on nothing in it changes."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.core.weeks import WEEK
from server.evidence.panel import SumsIncomplete
from server.people.organisation import require_second_person
from server.people.queries import get_calendar, get_organisation, lock_organisation
from server.trials import queries
from server.trials.candidates import Candidates, find_candidates, find_outcome, first_week
from server.trials.lottery import commitment
from server.trials.models import Trial, TrialDraft
from server.trials.operations import plan_of
from server.trials.plan import MAX_WEEKS, Choices, Plan, describe_analysis, sha256
from server.trials.planning import Power, refusals
from server.trials.power import MIN_REPS
from server.trials.steps import enqueue_power, resume_power

#: Further ahead, who takes part and what they reach will have changed.
MAX_WEEKS_AHEAD = 26


def choices_of(draft: TrialDraft) -> Choices:
    return Choices.model_validate(draft.choices)


def power_of(draft: TrialDraft) -> Power | None:
    return Power.model_validate(draft.power) if draft.power else None


def save_draft(session: Session, *, editor: Identity, choices: Choices, draft_id: int | None = None) -> TrialDraft:
    """Stores a draft, and has a job compute what it could detect. 422 for a start that is not a coming Monday or an outcome
    that cannot be one; 409 if it is no longer a draft."""
    lock_organisation(session)
    _check(session, choices)
    document = choices.model_dump(mode="json")
    if draft_id is None:
        draft = TrialDraft(token=secrets.token_hex(16), choices=document, edited_by=editor.user_id)
        session.add(draft)
    else:
        draft = _draft_in(session, draft_id, "draft")
        if draft.choices == document:
            return draft
        draft.choices, draft.edited_by, draft.edited_at = document, editor.user_id, now()
        draft.power, draft.power_state, draft.problem, draft.revision = None, "queued", None, draft.revision + 1
    session.flush()
    _record(session, "trial.drafted", draft, actor=editor)
    enqueue_power(session, draft)
    return draft


def _check(session: Session, choices: Choices) -> None:
    if find_outcome(session, choices.outcome) is None:
        raise field_problem("outcome", "must be a metric that counts records")
    this_monday = get_calendar(session).this_monday()
    if choices.starts_on.weekday() != 0:
        raise field_problem("starts_on", "must be a Monday")
    if not this_monday + WEEK <= choices.starts_on <= this_monday + WEEK * MAX_WEEKS_AHEAD:
        raise field_problem("starts_on", f"must be a Monday of the next {MAX_WEEKS_AHEAD} weeks", limit=MAX_WEEKS_AHEAD)
    if choices.between * (choices.waves - 1) > MAX_WEEKS:
        raise field_problem("between", f"must give at most {MAX_WEEKS} weeks in all", limit=MAX_WEEKS)


def refusals_of(session: Session, draft: TrialDraft) -> list[str]:
    """Why the draft cannot be locked; one sentence if that is not known yet."""
    power, choices = power_of(draft), choices_of(draft)
    if power is None:
        return ["What this trial could detect is not known yet."]
    metric = find_outcome(session, choices.outcome)
    recorded = first_week(session, metric) if metric else None
    weeks = (choices.starts_on - recorded).days // WEEK.days if recorded else 0
    found = refusals(choices, power, weeks_before_start=weeks)
    if choices.starts_on <= get_calendar(session).this_monday():
        found.append("Its start has passed. Choose a later Monday.")
    if _overlaps_another(session, choices):
        found.append("Another trial runs in these weeks. One lottery would undo what the other one gives.")
    return found


def _overlaps_another(session: Session, choices: Choices) -> bool:
    trials = queries.all_trials(session)
    events = queries.events_of(session, trial_ids=[trial.id for trial in trials])
    plans = [plan_of(trial) for trial in trials if (trial.id, "cancelled") not in events]
    return any(plan.starts[0] < choices.starts[-1] and choices.starts[0] < plan.ends_on for plan in plans)


def propose(session: Session, *, proposer: Identity, draft_id: int) -> TrialDraft:
    """Proposes a draft, or locks it at once if one person is enough; a second click changes nothing. 409 while another
    proposal is open; 422 with the reasons if the trial could not tell anything."""
    organisation = lock_organisation(session)
    draft = get_draft(session, draft_id=draft_id)
    if draft.state in ("proposed", "locked") and draft.proposed_by == proposer.user_id:
        return draft
    draft = _draft_in(session, draft_id, "draft")
    _refuse(session, draft)
    if queries.open_proposal(session) is not None:
        raise Problem(409, "other-proposal", "Another trial is proposed", detail="Confirm it or make it a draft again first.")
    draft.state, draft.proposed_by, draft.proposed_at = "proposed", proposer.user_id, now()
    session.flush()
    _record(session, "trial.proposed", draft, actor=proposer)
    if not organisation.two_person:
        _lock(session, draft, by=proposer)
    return draft


def confirm(session: Session, *, confirmer: Identity, draft_id: int) -> Trial:
    """Locks a proposal. 409 if two people are required and the confirmer is the proposer."""
    organisation = lock_organisation(session)
    draft = _draft_in(session, draft_id, "proposed")
    require_second_person(organisation, proposed_by=draft.proposed_by, confirmed_by=confirmer.user_id)
    _refuse(session, draft)
    return _lock(session, draft, by=confirmer)


def reopen(session: Session, *, draft_id: int) -> None:
    """Makes a proposal a draft again."""
    lock_organisation(session)
    draft = _draft_in(session, draft_id, "proposed")
    draft.state = "draft"
    _record(session, "trial.reopened", draft)


def discard(session: Session, *, draft_id: int) -> None:
    lock_organisation(session)
    draft = _draft_in(session, draft_id, "draft")
    draft.state = "discarded"
    _record(session, "trial.discarded", draft)


def retry_power(session: Session, *, draft_id: int) -> None:
    """Tries again to compute what a draft could detect, if that has failed. Does nothing otherwise."""
    draft = _draft_in(session, draft_id, "draft")
    if draft.power_state == "failed":
        draft.power_state, draft.problem, draft.revision = "queued", None, draft.revision + 1
        enqueue_power(session, draft)
    else:
        resume_power(session, draft)


def get_draft(session: Session, *, draft_id: int) -> TrialDraft:
    """404 if it does not exist or was discarded."""
    draft = queries.get_draft(session, draft_id=draft_id)
    if draft is None or draft.state == "discarded":
        raise not_found()
    return draft


def needs_second_person(session: Session, draft: TrialDraft, viewer: Identity) -> bool:
    return get_organisation(session).two_person and draft.proposed_by == viewer.user_id


def _refuse(session: Session, draft: TrialDraft) -> None:
    reasons = refusals_of(session, draft)
    if reasons:
        raise Problem(422, "cannot-tell", "This plan cannot be locked", detail=" ".join(reasons))


def _draft_in(session: Session, draft_id: int, state: str) -> TrialDraft:
    draft = queries.draft_for_update(session, draft_id=draft_id)
    if draft is None or draft.state == "discarded":
        raise not_found()
    if draft.state != state:
        raise Problem(409, "decided", "Somebody else has changed this in the meantime", detail="Open it again.")
    return draft


def _record(session: Session, action: str, draft: TrialDraft, *, actor: Identity | None = None) -> None:
    audit.record(session, action=action, object_type="trial-draft", object_id=draft.id, actor=actor)


def _lock(session: Session, draft: TrialDraft, *, by: Identity) -> Trial:
    choices = choices_of(draft)
    metric = find_outcome(session, choices.outcome)
    assert metric is not None  # noqa: S101 (the callers have checked it)
    try:
        candidates = find_candidates(session, choices, metric)
    except SumsIncomplete:
        raise Problem(
            503, "sums-incomplete", "The weekly sums are being rebuilt", detail="Try again in some minutes.",
            headers={"Retry-After": "120"},
        ) from None  # fmt: skip
    if candidates.people < MIN_REPS:
        raise Problem(422, "cannot-tell", "This plan cannot be locked", detail=f"Only {candidates.people} reps are left in it.")
    trial = store_plan(session, draft, candidates, seed=secrets.token_hex(32), by=by.user_id)
    audit.record(
        session, action="trial.locked", object_type="trial", object_id=trial.id, actor=by,
        changes={"sha256": (None, trial.sha256)},
    )  # fmt: skip
    return trial


def store_plan(
    session: Session, draft: TrialDraft, candidates: Candidates, *, seed: str, by: int, at: datetime | None = None
) -> Trial:
    """The draft as a locked plan. ``by``: who locks it."""
    choices, power = choices_of(draft), power_of(draft)
    assert draft.proposed_by is not None and power is not None and power.chosen is not None  # noqa: S101, PT018 (the callers have checked them)
    plan = Plan(
        analysis=describe_analysis(choices),
        choices=choices,
        record_kind=candidates.metric.record_kind or "",
        percents=choices.percents,
        starts=choices.starts,
        time_zone=get_calendar(session).zone.key,
        detectable=round(power.chosen, 4),
        units={str(unit): one for unit, one in candidates.units.items()},
        seed_sha256=commitment(seed),
    )
    document = plan.canonical()
    trial = Trial(
        draft_id=draft.id,
        document=document,
        sha256=sha256(document),
        seed=seed,
        proposed_by=draft.proposed_by,
        locked_by=by,
        locked_at=at or now(),
    )
    draft.state = "locked"
    session.add(trial)
    session.flush()
    return trial
