"""The panel of rep x week: what each rep did and reached in each week, as numbers without names, in batches of people.

Weeks and days are those of the organisation's time zone. ``RULES`` says what a row is and when it is missing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.core.kinds import SOCIAL_KINDS
from server.core.periods import week_period
from server.core.weeks import DAY, WEEK, Calendar, monday_of, weeks_until
from server.evidence import queries
from server.people.models import Metric
from server.people.queries import active_metrics, all_targets, get_calendar, holidays_between
from server.people.roster import PersonPeriod, Roster, load_people_roster
from server.people.standard_metrics import LEDGER_METRIC
from server.rollups import changes, state

#: Three years.
MAX_WEEKS = 156
PEOPLE_AT_ONCE = 250
ITEMS, POINTS = "items", "credit_points"
FIXED_COLUMNS = ("rep", "week", "team", "workdays", "tenure_weeks")
SOCIAL_COLUMNS = (ITEMS, *(f"{ITEMS}_{kind.replace('-', '_')}" for kind in SOCIAL_KINDS), POINTS)

RULES = (
    "One row is one rep in one week, Monday to Sunday in the organisation's time zone, up to the last week that is over.",
    "A week is missing while the person was in no team as a rep, so a rep who left has no rows after that.",
    "A week is missing if the person was away, or on public holidays, on all its workdays. The column workdays has the rest.",
    "A cell is empty before its metric was recorded for anybody for a whole week. After that, no record is a zero.",
    "A record that a CRM sends twice counts once, by its id there, so no week of a rep is in the panel twice.",
    "Items are shared items that count. What was not shared with Repute is not in the panel.",
    "Records count in the week in which they occurred, whatever the team. The team is that of the end of the week.",
    "Reps are numbers, in another order in each run. Territory is not recorded. Tenure is empty where no first day is known.",
)


class SumsIncomplete(Exception):
    """The weekly sums are being rebuilt, for some minutes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``starts``: by column, the first week in which it was recorded for a whole week."""

    weeks: tuple[date, ...]
    metrics: Sequence[Metric]
    targets: frozenset[str]
    starts: dict[str, date]

    @property
    def columns(self) -> tuple[str, ...]:
        metrics = (column_of(metric.key) for metric in self.metrics)
        targets = (target_column(metric.key) for metric in self.metrics if metric.key in self.targets)
        return (*FIXED_COLUMNS, *SOCIAL_COLUMNS, *metrics, *targets)


@dataclass(slots=True)
class Facts:
    """About the panel as a whole. ``away``: weeks that are missing because somebody was away. ``left``: reps whose last row is
    before the last week. ``holiday_weeks``: weeks with a public holiday anywhere."""

    columns: list[str] = field(default_factory=list)
    first_week: str = ""
    last_week: str = ""
    weeks: int = 0
    reps: int = 0
    rows: int = 0
    away: int = 0
    left: int = 0
    holiday_weeks: int = 0
    starts: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return asdict(self)


def column_of(key: str) -> str:
    """Of a metric."""
    return f"metric_{key}" if key in (*FIXED_COLUMNS, *SOCIAL_COLUMNS) or key.startswith("target_") else key


def target_column(key: str) -> str:
    return f"target_{column_of(key)}"


def outcomes(metrics: Sequence[Metric]) -> list[Metric]:
    """Those that can be an outcome: counts of records that add up."""
    return [metric for metric in metrics if metric.record_kind is not None and metric.sums and metric.unit == "count"]


def make_plan(session: Session) -> Plan | None:
    """None if there is no whole week of anything. Raises ``SumsIncomplete``."""
    calendar = get_calendar(session)
    changes.settle(session)
    if not state.is_complete(session, zone=calendar.zone.key):
        raise SumsIncomplete
    metrics = [metric for metric in active_metrics(session) if metric.record_kind is not None and metric.sums]
    days = queries.first_days(session, kinds=[metric.record_kind or "" for metric in metrics])
    starts = {
        column_of(metric.key): _week_after(days[metric.record_kind or ""]) for metric in metrics if metric.record_kind in days
    }
    first_item_at = queries.first_item_at(session)
    if first_item_at is not None:
        starts |= dict.fromkeys(SOCIAL_COLUMNS, _week_after(calendar.day_of(first_item_at)))
    last = calendar.this_monday() - WEEK
    if not starts or min(starts.values()) > last:
        return None
    count = min(MAX_WEEKS, (last - min(starts.values())).days // WEEK.days + 1)
    return Plan(weeks_until(last, count), metrics, frozenset(target.metric for target in all_targets(session)), starts)


def _week_after(day: date) -> date:
    """The first week may have begun without it."""
    return monday_of(day) + WEEK


def read_lines(session: Session, plan: Plan, *, token: str, facts: Facts) -> Iterator[str]:
    """The panel as CSV: the header, then the lines of some people at a time. Fills ``facts`` on the way."""
    facts.columns, facts.weeks = list(plan.columns), len(plan.weeks)
    facts.first_week, facts.last_week = plan.weeks[0].isoformat(), plan.weeks[-1].isoformat()
    facts.starts = {column: week.isoformat() for column, week in plan.starts.items()}
    facts.holiday_weeks = len({
        monday_of(holiday.day) for holiday in holidays_between(session, plan.weeks[0], plan.weeks[-1] + WEEK - DAY)
    })  # fmt: skip
    yield _lines([plan.columns])
    for rows in read_rows(session, plan, token=token, facts=facts):
        yield _lines(rows)


def _lines(rows: Sequence[Sequence[object]]) -> str:
    # Numbers and dates only, so nothing can look like a formula.
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def read_rows(session: Session, plan: Plan, *, token: str, facts: Facts) -> Iterator[list[tuple[object, ...]]]:
    """Rows of ``plan.columns``, by rep and week, some people at a time."""
    reps = queries.reps_between(session, plan.weeks[0], plan.weeks[-1] + WEEK - DAY)
    reps = sorted(reps, key=lambda user_id: hashlib.sha256(f"{token}:{user_id}".encode()).digest())
    batches = _Batches(session, plan)
    number = 0
    for start in range(0, len(reps), PEOPLE_AT_ONCE):
        batch = batches.read(reps[start : start + PEOPLE_AT_ONCE])
        rows: list[tuple[object, ...]] = []
        for user_id in reps[start : start + PEOPLE_AT_ONCE]:
            of_person = batch.rows_of(user_id, number + 1)
            facts.away += batch.away
            if of_person:
                number += 1
                facts.left += of_person[-1][1] != plan.weeks[-1]
                rows += of_person
        facts.reps, facts.rows = number, facts.rows + len(rows)
        yield rows


class _Batches:
    def __init__(self, session: Session, plan: Plan) -> None:
        self._session, self._plan = session, plan
        self._calendar = get_calendar(session)
        self._periods = tuple(week_period(monday) for monday in plan.weeks)

    def read(self, user_ids: Sequence[int]) -> _Batch:
        first, last = self._plan.weeks[0], self._plan.weeks[-1] + WEEK - DAY
        kinds = {metric.record_kind or "" for metric in self._plan.metrics} | {LEDGER_METRIC}
        sums: dict[tuple[int, date, str], list[int]] = defaultdict(lambda: [0, 0])
        for user_id, day, kind, count, value in queries.sums_of(
            self._session, user_ids=user_ids, first=first, last=last, kinds=kinds
        ):
            cell = sums[user_id, monday_of(day), kind]
            cell[0] += int(count)
            cell[1] += int(value)
        items: dict[tuple[int, date, str], int] = defaultdict(int)
        starts_at, ends_at = self._calendar.start_of(first), self._calendar.start_of(last + DAY)
        for user_id, kind, moment in queries.items_of(self._session, user_ids=user_ids, starts_at=starts_at, ends_at=ends_at):
            items[user_id, self._calendar.monday_of(moment), kind] += 1
        roster = load_people_roster(self._session, self._periods, user_ids=user_ids)
        return _Batch(self._plan, roster, _teams(roster, self._calendar), sums, items)


def _teams(roster: Roster, calendar: Calendar) -> dict[int, list[tuple[date, date, int]]]:
    """By person, from which day to before which day they were in which team."""
    teams: dict[int, list[tuple[date, date, int]]] = defaultdict(list)
    for span in roster.spans:
        days = calendar.day_of(span.starts_at), calendar.day_of(span.ends_at)
        teams[span.user_id].append((*days, span.team_id))
    return teams


@dataclass(slots=True)
class _Batch:
    plan: Plan
    roster: Roster
    teams: dict[int, list[tuple[date, date, int]]]
    sums: dict[tuple[int, date, str], list[int]]
    items: dict[tuple[int, date, str], int]
    #: Of the person whose rows were read last.
    away: int = 0

    def rows_of(self, user_id: int, number: int) -> list[tuple[object, ...]]:
        self.away = 0
        started_on = self.roster.users[user_id].started_on
        rows = []
        for monday, period in zip(self.plan.weeks, self.roster.people.get(user_id, ()), strict=False):
            if not period.is_rep:
                continue
            if not period.workdays:
                self.away += 1
                continue
            tenure = (monday - started_on).days // WEEK.days if started_on and started_on <= monday else ""
            rows.append((
                number, monday, self._team(user_id, monday), period.workdays, tenure,
                *self._social(user_id, monday), *self._metrics(user_id, monday), *self._targets(period),
            ))  # fmt: skip
        return rows

    def _team(self, user_id: int, monday: date) -> int:
        inside = [team for start, end, team in self.teams[user_id] if start < monday + WEEK and monday < end]
        return inside[-1] if inside else 0

    def _social(self, user_id: int, monday: date) -> Iterator[object]:
        if monday < self.plan.starts.get(ITEMS, date.max):
            yield from [""] * len(SOCIAL_COLUMNS)
            return
        counts = [self.items.get((user_id, monday, kind), 0) for kind in SOCIAL_KINDS]
        yield sum(counts)
        yield from counts
        yield self.sums[user_id, monday, LEDGER_METRIC][1] if (user_id, monday, LEDGER_METRIC) in self.sums else 0

    def _metrics(self, user_id: int, monday: date) -> Iterator[object]:
        for metric in self.plan.metrics:
            if monday < self.plan.starts.get(column_of(metric.key), date.max):
                yield ""
            else:
                cell = self.sums.get((user_id, monday, metric.record_kind or ""))
                yield 0 if cell is None else cell[0 if metric.unit == "count" else 1]

    def _targets(self, period: PersonPeriod) -> Iterator[object]:
        for metric in self.plan.metrics:
            if metric.key in self.plan.targets:
                yield period.targets.get(metric.key, "")
