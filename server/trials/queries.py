"""Queries of trials: drafts, locked plans, assignments, events and analyses."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from server.jobs.runs import OPEN_STATES
from server.trials.models import Trial, TrialAnalysis, TrialAssignment, TrialDraft, TrialEvent


def open_drafts(session: Session) -> Sequence[TrialDraft]:
    """Drafts and the proposal, last edited first."""
    return session.scalars(
        select(TrialDraft)
        .where(TrialDraft.state.in_(("draft", "proposed")))
        .order_by(TrialDraft.edited_at.desc(), TrialDraft.id.desc())
    ).all()


def get_draft(session: Session, *, draft_id: int) -> TrialDraft | None:
    return session.get(TrialDraft, draft_id)


def draft_for_update(session: Session, *, draft_id: int) -> TrialDraft | None:
    return session.get(TrialDraft, draft_id, with_for_update=True, populate_existing=True)


def draft_by_token(session: Session, *, token: str, for_update: bool = False) -> TrialDraft | None:
    query = select(TrialDraft).where(TrialDraft.token == token)
    return session.scalar(query.with_for_update() if for_update else query)


def open_proposal(session: Session) -> TrialDraft | None:
    return session.scalar(select(TrialDraft).where(TrialDraft.state == "proposed"))


def all_trials(session: Session) -> Sequence[Trial]:
    """Newest first."""
    return session.scalars(select(Trial).order_by(Trial.id.desc())).all()


def get_trial(session: Session, *, trial_id: int) -> Trial | None:
    return session.get(Trial, trial_id)


def trial_of_draft(session: Session, *, draft_id: int) -> Trial | None:
    return session.scalar(select(Trial).where(Trial.draft_id == draft_id))


def seed_of(session: Session, *, trial_id: int) -> str:
    query = select(Trial).where(Trial.id == trial_id).options(undefer(Trial.seed))
    return session.scalars(query).one().seed


def events_of(session: Session, *, trial_ids: Collection[int]) -> dict[tuple[int, str], TrialEvent]:
    """By trial and kind."""
    rows = session.scalars(select(TrialEvent).where(TrialEvent.trial_id.in_(trial_ids)))
    return {(row.trial_id, row.kind): row for row in rows}


def waves_of(session: Session, *, trial_id: int) -> dict[int, int]:
    """By unit."""
    rows = session.execute(select(TrialAssignment.unit_id, TrialAssignment.wave).where(TrialAssignment.trial_id == trial_id))
    return {row.unit_id: row.wave for row in rows}


def analyses_of(session: Session, *, trial_id: int) -> Sequence[TrialAnalysis]:
    """Newest first."""
    return session.scalars(
        select(TrialAnalysis).where(TrialAnalysis.trial_id == trial_id).order_by(TrialAnalysis.id.desc())
    ).all()


def open_analysis(session: Session, *, trial_id: int) -> TrialAnalysis | None:
    open_ones = TrialAnalysis.state.in_(OPEN_STATES)
    return session.scalar(select(TrialAnalysis).where(TrialAnalysis.trial_id == trial_id, open_ones))
