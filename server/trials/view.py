"""What the pages of trials show, and to whom: administrators everything, managers what is said of the whole company, and
reps what a trial means for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.weeks import WEEK
from server.evidence.panel import outcomes
from server.people.models import Metric
from server.people.queries import active_metrics, all_metrics, all_teams, get_calendar, user_names
from server.trials import queries, wording
from server.trials.charts import Bar, IntervalChart, interval_chart, power_bars
from server.trials.models import Trial, TrialAnalysis, TrialDraft, TrialEvent
from server.trials.operations import (
    choices_of,
    may_analyse,
    needs_second_person,
    plan_of,
    power_of,
    refusals_of,
    weeks_over,
)
from server.trials.plan import Choices, Plan
from server.trials.planning import Power
from server.trials.report import Report
from server.trials.steps import failed_analysis, failed_power


@dataclass(frozen=True, slots=True)
class DraftRow:
    draft: TrialDraft
    choices: Choices
    by: str
    label: str


@dataclass(frozen=True, slots=True)
class TrialRow:
    trial: Trial
    plan: Plan
    outcome: str
    label: str


@dataclass(frozen=True, slots=True)
class Overview:
    drafts: Sequence[DraftRow]
    trials: Sequence[TrialRow]
    may_plan: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """``refusals``: why it cannot be locked. ``is_stuck``: the job that computes what it could detect has failed."""

    draft: TrialDraft
    choices: Choices
    outcome: str
    power: Power | None
    bars: Sequence[Bar]
    refusals: Sequence[str]
    is_stuck: bool
    proposer: str
    waits_for_other: bool


@dataclass(frozen=True, slots=True)
class Wave:
    """``units``: how many start then; ``names``: of the people or teams, for administrators."""

    number: int
    starts_on: date
    units: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class TrialView:
    """``report``: the newest result that the plan allows to see. ``seed``: once it was drawn."""

    row: TrialRow
    proposer: str
    locker: str
    drawn: TrialEvent | None
    cancelled: TrialEvent | None
    seed: str
    waves: Sequence[Wave]
    weeks_over: int
    may_analyse: bool
    may_draw: bool
    may_cancel: bool
    open_analysis: TrialAnalysis | None
    is_stuck: bool
    analysis: TrialAnalysis | None
    report: Report | None
    answer: wording.Answer | None
    doubts: Sequence[str]
    chart: IntervalChart | None
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Of a trial that was drawn, for everybody. ``starts_on``: when the reader starts, None for somebody who takes no part;
    ``has_started``: by today."""

    row: TrialRow
    is_over: bool
    starts_on: date | None
    has_started: bool


def outcome_names(session: Session) -> dict[str, str]:
    return {metric.key: metric.plural for metric in all_metrics(session)}


def outcome_choices(session: Session) -> list[Metric]:
    return outcomes(active_metrics(session))


def overview(session: Session, *, viewer: Identity) -> Overview:
    is_admin = viewer.role == "admin"
    drafts = queries.open_drafts(session) if is_admin else ()
    names = user_names(session, user_ids=[draft.edited_by for draft in drafts])
    return Overview(
        [DraftRow(draft, choices_of(draft), names[draft.edited_by], _draft_label(session, draft, viewer)) for draft in drafts],
        _rows(session, queries.all_trials(session)),
        is_admin,
    )


def _draft_label(session: Session, draft: TrialDraft, viewer: Identity) -> str:
    if draft.state == "draft":
        return "Draft"
    waits = needs_second_person(session, draft, viewer)
    return "Waits for another administrator" if waits else "Waits for your confirmation"


def _rows(session: Session, trials: Sequence[Trial]) -> list[TrialRow]:
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


def draft_view(session: Session, draft: TrialDraft, *, viewer: Identity) -> DraftView:
    choices, power = choices_of(draft), power_of(draft)
    names = user_names(session, user_ids=[draft.proposed_by or draft.edited_by])
    return DraftView(
        draft,
        choices,
        outcome_names(session).get(choices.outcome, choices.outcome),
        power,
        power_bars(power.lengths, chosen=choices.between) if power else (),
        refusals_of(session, draft) if power and draft.state != "locked" else (),
        failed_power(session, draft) is not None or draft.power_state == "failed",
        names[draft.proposed_by or draft.edited_by],
        needs_second_person(session, draft, viewer),
    )


def trial_view(session: Session, trial: Trial, *, viewer: Identity) -> TrialView:
    row = _rows(session, [trial])[0]
    plan, is_admin = row.plan, viewer.role == "admin"
    events = queries.events_of(session, trial_ids=[trial.id])
    drawn, cancelled = events.get((trial.id, "drawn")), events.get((trial.id, "cancelled"))
    analyses = queries.analyses_of(session, trial_id=trial.id)
    done = next((one for one in analyses if one.state == "done"), None)
    queued = next((one for one in analyses if one.state == "queued"), None)
    report = Report.model_validate(done.report) if done else None
    names = user_names(session, user_ids=[trial.proposed_by, trial.locked_by])
    over = weeks_over(session, plan)
    return TrialView(
        row=row,
        proposer=names[trial.proposed_by],
        locker=names[trial.locked_by],
        drawn=drawn,
        cancelled=cancelled,
        seed=queries.seed_of(session, trial_id=trial.id) if drawn else "",
        waves=_waves(session, trial, plan, is_admin=is_admin) if drawn else (),
        weeks_over=over,
        may_analyse=is_admin and drawn is not None and cancelled is None and may_analyse(plan, over),
        may_draw=is_admin and not drawn and not cancelled and get_calendar(session).today() < plan.starts[0],
        may_cancel=is_admin and cancelled is None and over < plan.weeks,
        open_analysis=queued,
        is_stuck=queued is not None and failed_analysis(session, queued) is not None,
        analysis=done,
        report=report,
        answer=wording.answer(report, row.outcome) if report else None,
        doubts=wording.doubts(report) if report else (),
        chart=interval_chart(report) if report else None,
        is_admin=is_admin,
    )


def _waves(session: Session, trial: Trial, plan: Plan, *, is_admin: bool) -> list[Wave]:
    waves = queries.waves_of(session, trial_id=trial.id)
    names: dict[int, str] = {}
    if is_admin and plan.choices.unit == "rep":
        names = user_names(session, user_ids=list(waves))
    elif is_admin:
        names = {team.id: team.name for team in all_teams(session)}
    return [
        Wave(
            number,
            starts_on,
            sum(1 for wave in waves.values() if wave == number),
            sorted(names.get(unit, f"No. {unit}") for unit, wave in waves.items() if wave == number) if is_admin else (),
        )
        for number, starts_on in enumerate(plan.starts, start=1)
    ]


def notices(session: Session, *, reader: Identity) -> list[Notice]:
    """Trials that were drawn and not cancelled, newest first."""
    trials = queries.all_trials(session)
    events = queries.events_of(session, trial_ids=[trial.id for trial in trials])
    found = []
    for row in _rows(session, trials):
        if (row.trial.id, "drawn") not in events or (row.trial.id, "cancelled") in events:
            continue
        waves = queries.waves_of(session, trial_id=row.trial.id)
        own = next((int(unit) for unit, one in row.plan.units.items() if reader.user_id in one.people), None)
        starts_on = row.plan.starts[waves[own] - 1] if own is not None else None
        has_started = starts_on is not None and starts_on <= get_calendar(session).today()
        found.append(Notice(row, row.label == "Over", starts_on, has_started))
    return found


def trials_of_person(session: Session, *, user_id: int) -> list[dict[str, Any]]:
    """For the person's copy of their data: the trials that they were planned into, and when they start, once that was drawn."""
    found = []
    for trial in queries.all_trials(session):
        plan = plan_of(trial)
        unit = next((int(unit) for unit, one in plan.units.items() if user_id in one.people), None)
        if unit is not None:
            wave = queries.waves_of(session, trial_id=trial.id).get(unit)
            starts_on = plan.starts[wave - 1].isoformat() if wave else None
            found.append({"name": plan.choices.name, "outcome": plan.choices.outcome, "starts_on": starts_on})
    return found


def document(session: Session, trial: Trial, *, viewer: Identity) -> dict[str, Any]:
    """The whole trial as JSON, without names."""
    view = trial_view(session, trial, viewer=viewer)
    return {
        "plan": json.loads(trial.document),
        "sha256": trial.sha256,
        "locked_at": trial.locked_at.isoformat(),
        "state": view.row.label,
        "cancelled": {"at": view.cancelled.at.isoformat(), "reason": view.cancelled.reason} if view.cancelled else None,
        "seed": view.seed or None,
        "assignments": {str(unit): wave for unit, wave in queries.waves_of(session, trial_id=trial.id).items()},
        "report": view.report.model_dump(mode="json") if view.report else None,
        "data_sha256": view.analysis.data_sha256 if view.analysis and view.report else None,
        "sentence": view.answer.sentence if view.answer else None,
        "not_for": list(wording.NOT_FOR),
    }


def next_start(session: Session) -> date:
    return get_calendar(session).this_monday() + WEEK * 2
