"""What a trial means for each person: when they start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.people.queries import get_calendar
from server.trials import queries
from server.trials.operations import plan_of
from server.trials.rows import TrialRow, trial_rows


@dataclass(frozen=True, slots=True)
class Notice:
    """Of a trial that was drawn, for everybody. ``starts_on``: when the reader starts, None for somebody who takes no part;
    ``has_started``: by today."""

    row: TrialRow
    is_over: bool
    starts_on: date | None
    has_started: bool


def notices(session: Session, *, reader: Identity) -> list[Notice]:
    """Trials that were drawn and not cancelled, newest first."""
    trials = queries.all_trials(session)
    events = queries.events_of(session, trial_ids=[trial.id for trial in trials])
    found = []
    for row in trial_rows(session, trials):
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
