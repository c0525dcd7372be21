"""Who can take part in a trial: active reps with enough weeks at work before the start, or their teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from server.core.weeks import WEEK, monday_of
from server.evidence import queries
from server.evidence.panel import outcomes
from server.people.models import Metric
from server.people.queries import active_metrics, get_calendar, memberships_between, users_by_id
from server.trials.data import Weeks, read_weeks, settle
from server.trials.plan import Choices, PlanUnit, stratify
from server.trials.power import MIN_WEEKS_BEFORE


@dataclass(frozen=True, slots=True)
class Candidates:
    """``units``: by id. ``weeks``: of all people in them, up to the last week that is over. ``excluded``: active reps with
    fewer than twelve weeks at work in these weeks."""

    metric: Metric
    units: Mapping[int, PlanUnit]
    weeks: Weeks
    excluded: int

    @property
    def people(self) -> int:
        return sum(len(unit.people) for unit in self.units.values())


def find_outcome(session: Session, key: str) -> Metric | None:
    return next((metric for metric in outcomes(active_metrics(session)) if metric.key == key), None)


def first_week(session: Session, metric: Metric) -> date | None:
    """The first week in which it was recorded from the beginning."""
    kind = metric.record_kind or ""
    days = queries.first_days(session, kinds=[kind])
    return monday_of(days[kind]) + WEEK if kind in days else None


def find_candidates(session: Session, choices: Choices, metric: Metric, *, today: date | None = None) -> Candidates:
    """From the last ``choices.before`` weeks that are over, or those in which the outcome was recorded. Raises
    ``SumsIncomplete``."""
    settle(session)
    today = today or get_calendar(session).today()
    end = monday_of(today)
    recorded = first_week(session, metric) or end
    first = max(end - WEEK * choices.before, min(recorded, end))
    teams = {one.user_id: one.team_id for one in memberships_between(session, today, today, role="rep")}
    users = users_by_id(session, user_ids=list(teams))
    people = sorted(person for person, user in users.items() if user.is_active)
    weeks = read_weeks(session, people=people, first=first, end=end, record_kind=metric.record_kind or "")
    at_work = (weeks.at_work > 0).sum(1)
    enough = [person for person, present in zip(people, at_work, strict=True) if present >= MIN_WEEKS_BEFORE]
    kept = np.isin(np.array(people, dtype=np.int64), np.array(enough, dtype=np.int64))
    weeks = Weeks(enough, weeks.mondays, weeks.outcomes[kept], weeks.items[kept], weeks.at_work[kept], weeks.tenure[kept])
    return Candidates(metric, _units(choices, weeks, teams), weeks, len(people) - len(enough))


def _units(choices: Choices, weeks: Weeks, teams: Mapping[int, int]) -> dict[int, PlanUnit]:
    members: dict[int, list[int]] = defaultdict(list)
    for position, person in enumerate(weeks.people):
        members[person if choices.unit == "rep" else teams[person]].append(position)
    rates = {unit: (f"team {teams[weeks.people[rows[0]]]}", _rate(weeks, rows)) for unit, rows in members.items()}
    strata = stratify(rates, by_team=choices.unit == "rep")
    return {
        unit: PlanUnit(stratum=strata[unit], people=tuple(weeks.people[row] for row in rows))
        for unit, rows in sorted(members.items())
    }


def _rate(weeks: Weeks, rows: list[int]) -> float:
    at_work = float(weeks.at_work[rows].sum())
    return float(weeks.outcomes[rows].sum()) / at_work if at_work else 0.0


def by_unit(candidates: Candidates) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and weeks at work, units by weeks."""
    row = {person: position for position, person in enumerate(candidates.weeks.people)}
    rows = [[row[person] for person in unit.people] for unit in candidates.units.values()]
    weeks = candidates.weeks
    return (
        np.array([weeks.outcomes[members].sum(0) for members in rows]).reshape(len(rows), len(weeks.mondays)),
        np.array([weeks.at_work[members].sum(0) for members in rows]).reshape(len(rows), len(weeks.mondays)),
    )
