"""What the people of a trial reached and shared by week, read from the weekly sums and from shared items."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from server.core.periods import week_period
from server.core.weeks import DAY, WEEK, WORKDAYS_PER_WEEK
from server.evidence import queries
from server.evidence.panel import SumsIncomplete
from server.people.queries import get_calendar
from server.people.roster import load_people_roster
from server.rollups import changes, state
from server.trials.plan import Plan, numbered
from server.trials.statistics import Floats, Sample

PEOPLE_AT_ONCE = 250
#: Called with the share that is done, from 0 to 1.
Progress = Callable[[float], None]


def ignore(_share: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Weeks:
    """``outcomes``, ``items`` (shared items that count) and ``at_work`` (the share of the week's workdays): people by weeks.
    ``tenure``: weeks since the first day at the first of the weeks; not a number where unknown."""

    people: Sequence[int]
    mondays: Sequence[date]
    outcomes: Floats
    items: Floats
    at_work: Floats
    tenure: Floats

    def of_weeks(self, first: date, end: date) -> slice:
        """The positions of the weeks from ``first`` to before ``end``."""
        start = (first - self.mondays[0]).days // WEEK.days
        return slice(start, start + (end - first).days // WEEK.days)

    def digest(self) -> str:
        """SHA-256 of everything that an analysis reads."""
        found = hashlib.sha256(",".join(map(str, self.people)).encode())
        found.update(",".join(monday.isoformat() for monday in self.mondays).encode())
        for numbers in (self.outcomes, self.items, self.at_work, self.tenure):
            found.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        return found.hexdigest()


def settle(session: Session) -> None:
    """Brings the weekly sums up to date. Raises ``SumsIncomplete`` while they are rebuilt."""
    changes.settle(session)
    if not state.is_complete(session, zone=get_calendar(session).zone.key):
        raise SumsIncomplete


def read_weeks(
    session: Session, *, people: Sequence[int], first: date, end: date, record_kind: str, progress: Progress = ignore
) -> Weeks:
    """Weeks from ``first`` to before ``end``, both Mondays. Records count in the week in which they occurred, whatever the
    team. After ``settle``."""
    calendar = get_calendar(session)
    mondays = tuple(first + WEEK * week for week in range((end - first).days // WEEK.days))
    shape = (len(people), len(mondays))
    outcomes, items, at_work = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    tenure = np.full(len(people), np.nan)
    row = {person: position for position, person in enumerate(people)}
    # Without weeks, there is nothing to read.
    for start in range(0, len(people) if mondays else 0, PEOPLE_AT_ONCE):
        progress(start / len(people))
        batch = people[start : start + PEOPLE_AT_ONCE]
        last = end - DAY
        sums = queries.sums_of(session, user_ids=batch, first=first, last=last, kinds=[record_kind])
        for person, day, _, count, _ in sums:
            outcomes[row[person], (day - first).days // WEEK.days] += int(count)
        shared = queries.items_of(session, user_ids=batch, starts_at=calendar.start_of(first), ends_at=calendar.start_of(end))
        for person, _, moment in shared:
            items[row[person], (calendar.day_of(moment) - first).days // WEEK.days] += 1
        roster = load_people_roster(session, tuple(week_period(monday) for monday in mondays), user_ids=batch)
        for person in batch:
            for week, period in enumerate(roster.people.get(person, ())):
                at_work[row[person], week] = period.workdays / WORKDAYS_PER_WEEK
            started_on = roster.users[person].started_on if person in roster.users else None
            if started_on is not None and started_on <= first:
                tenure[row[person]] = (first - started_on).days // WEEK.days
    return Weeks(people, mondays, outcomes, items, at_work, tenure)


def sums_by_unit(plan: Plan, weeks: Weeks, numbers: Floats, first: date, end: date) -> Floats:
    """Of the weeks from ``first`` to before ``end``, in the order of the plan's units."""
    row = {person: position for position, person in enumerate(weeks.people)}
    totals = numbers[:, weeks.of_weeks(first, end)].sum(1)
    return np.array([sum(totals[row[person]] for person in unit.people) for unit in plan.units.values()], dtype=float)


def sample_of(plan: Plan, waves: Mapping[int, int], weeks: Weeks, *, end: date) -> Sample:
    """What the analysis reads, with outcomes until before ``end``. Periods that have not begun are left out."""
    first = plan.starts[0]
    before = first - WEEK * plan.choices.before
    periods = [(start, min(after, end)) for start, after in zip(plan.starts, plan.starts[1:], strict=False) if start < end]
    return Sample(
        np.stack([sums_by_unit(plan, weeks, weeks.outcomes, *period) for period in periods], axis=1),
        np.stack([sums_by_unit(plan, weeks, weeks.at_work, *period) for period in periods], axis=1),
        sums_by_unit(plan, weeks, weeks.outcomes, before, first),
        sums_by_unit(plan, weeks, weeks.at_work, before, first),
        np.array(numbered([unit.stratum for unit in plan.units.values()])),
        np.array([waves[int(unit)] for unit in plan.units]),
    )
