"""What the list of trials and the pages of drafts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.weeks import WEEK
from server.evidence.panel import outcomes
from server.people.models import Metric
from server.people.queries import active_metrics, get_calendar, user_names
from server.trials import queries
from server.trials.charts import Bar, power_bars
from server.trials.drafts import choices_of, needs_second_person, power_of, refusals_of
from server.trials.models import TrialDraft
from server.trials.plan import Choices
from server.trials.planning import Power
from server.trials.rows import TrialRow, outcome_names, trial_rows
from server.trials.steps import is_power_stuck


@dataclass(frozen=True, slots=True)
class DraftRow:
    draft: TrialDraft
    choices: Choices
    by: str
    label: str


@dataclass(frozen=True, slots=True)
class Overview:
    drafts: Sequence[DraftRow]
    trials: Sequence[TrialRow]
    may_plan: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """``refusals``: why it cannot be locked. ``is_stuck``: no job will compute what it could detect. ``trial_id``:
    of the plan, once it is locked."""

    draft: TrialDraft
    choices: Choices
    outcome: str
    power: Power | None
    bars: Sequence[Bar]
    refusals: Sequence[str]
    is_stuck: bool
    proposer: str
    waits_for_other: bool
    trial_id: int | None


def overview(session: Session, *, viewer: Identity) -> Overview:
    is_admin = viewer.role == "admin"
    drafts = queries.open_drafts(session) if is_admin else ()
    names = user_names(session, user_ids=[draft.edited_by for draft in drafts])
    return Overview(
        [DraftRow(draft, choices_of(draft), names[draft.edited_by], _draft_label(session, draft, viewer)) for draft in drafts],
        trial_rows(session, queries.all_trials(session)),
        is_admin,
    )


def _draft_label(session: Session, draft: TrialDraft, viewer: Identity) -> str:
    if draft.state == "draft":
        return "Draft"
    waits = needs_second_person(session, draft, viewer)
    return "Waits for another administrator" if waits else "Waits for your confirmation"


def draft_view(session: Session, draft: TrialDraft, *, viewer: Identity) -> DraftView:
    choices, power = choices_of(draft), power_of(draft)
    names = user_names(session, user_ids=[draft.proposed_by or draft.edited_by])
    trial = queries.trial_of_draft(session, draft_id=draft.id)
    return DraftView(
        draft,
        choices,
        outcome_names(session).get(choices.outcome, choices.outcome),
        power,
        power_bars(power.lengths, chosen=choices.between) if power else (),
        refusals_of(session, draft) if power and draft.state != "locked" else (),
        draft.power_state == "failed" or is_power_stuck(session, draft),
        names[draft.proposed_by or draft.edited_by],
        needs_second_person(session, draft, viewer),
        trial.id if trial else None,
    )


def outcome_choices(session: Session) -> list[Metric]:
    return outcomes(active_metrics(session))


def next_start(session: Session) -> date:
    return get_calendar(session).this_monday() + WEEK * 2
