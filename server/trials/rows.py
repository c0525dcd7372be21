"""Trials as they are listed, with the state that a reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.people.queries import all_metrics, get_calendar
from server.trials import queries
from server.trials.models import Trial
from server.trials.operations import plan_of, weeks_over
from server.trials.plan import Plan


@dataclass(frozen=True, slots=True)
class TrialRow:
    trial: Trial
    plan: Plan
    outcome: str
    label: str


def outcome_names(session: Session) -> dict[str, str]:
    return {metric.key: metric.plural for metric in all_metrics(session)}


def trial_rows(session: Session, trials: Sequence[Trial]) -> list[TrialRow]:
    names, today = outcome_names(session), get_calendar(session).today()
    events = queries.events_of(session, trial_ids=[trial.id for trial in trials])
    rows = []
    for trial in trials:
        plan = plan_of(trial)
        label = _label(session, plan, today, is_drawn=(trial.id, "drawn") in events)
        if (trial.id, "cancelled") in events:
            label = "Cancelled"
        rows.append(TrialRow(trial, plan, names.get(plan.choices.outcome, plan.choices.outcome), label))
    return rows


def _label(session: Session, plan: Plan, today: date, *, is_drawn: bool) -> str:
    if not is_drawn:
        return "Locked, not drawn" if today < plan.starts[0] else "Not drawn in time"
    if today < plan.starts[0]:
        return "Drawn"
    over = weeks_over(session, plan)
    return "Over" if over == plan.weeks else f"Week {over + 1} of {plan.weeks}"
