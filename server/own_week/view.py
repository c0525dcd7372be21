"""What a person's page of their own week shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from sqlalchemy.orm import Session

from nlp.model import DRAFT_DIMENSIONS
from server.activities.items import OwnItem, own_items_of_week
from server.core.labels import dimension_label
from server.core.weeks import WEEK, weeks_until
from server.own_week import queries
from server.own_week.changes import COUNTED, Changes, find_changes
from server.own_week.changes import WEEKS as COMPARED_WEEKS
from server.own_week.items import WeekItem, load_items
from server.own_week.models import COUNTS, MEASURES, OwnGoal
from server.own_week.operations import max_target
from server.own_week.suggestion import Suggestion, suggest
from server.people.queries import get_calendar
from server.scorecards.operations import own_weeks

CHART_WEEKS = 12
#: The average that a goal of a dimension is measured against: a single week has few items.
AVERAGE_WEEKS = 4
COUNT_LABELS = {"posts": "Posts a week", "comments": "Comments and replies a week"}


@dataclass(frozen=True, slots=True)
class Line:
    """Averages of a dimension, or of the score, in each week of the charts; None without scored items. ``average``: of all
    items of these weeks. ``goal``: the person's own, if there is one."""

    name: str
    label: str
    series: tuple[int | None, ...]
    average: int
    goal: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """``value``: items of the week, or the average of the last ``AVERAGE_WEEKS``; None without scored items. ``series``: of a
    count, for each week of the charts."""

    measure: str
    label: str
    target: int
    limit: int
    value: int | None
    is_count: bool
    series: tuple[int, ...]

    @property
    def is_reached(self) -> bool:
        return self.value is not None and self.value >= self.target


@dataclass(frozen=True, slots=True)
class WeekPage:
    """``weeks``: Mondays of the charts, oldest first. ``counts``: of scored items in each. ``lines``: score first; empty
    without scored items. ``without_points``: how many scored items lack the points of dimensions, because an earlier release
    did not store them. ``next_week``: None for the current week."""

    week: date
    is_current: bool
    next_week: date | None
    shared: tuple[OwnItem, ...]
    weeks: tuple[date, ...]
    counts: tuple[int, ...]
    lines: tuple[Line, ...]
    without_points: int
    has_archived: bool
    has_several_versions: bool
    goals: tuple[Goal, ...]
    choices: tuple[tuple[str, str], ...]
    changes: Changes
    suggestion: Suggestion | None


def week_page(session: Session, *, user_id: int, week: date) -> WeekPage:
    """``week``: a Monday, at latest the current one."""
    calendar = get_calendar(session)
    current = calendar.this_monday()
    weeks = weeks_until(week, CHART_WEEKS)
    items = load_items(session, calendar, user_id=user_id, first_week=weeks[0], last_week=week)
    goals = {goal.measure: goal for goal in queries.goals_of(session, user_id=user_id)}
    scored = [item for item in items if item.score is not None]
    complete = min(week, current - WEEK)
    return WeekPage(
        week=week,
        is_current=week == current,
        next_week=week + WEEK if week < current else None,
        shared=own_items_of_week(session, user_id=user_id, week=week),
        weeks=weeks,
        counts=tuple(sum(item.week == one for item in scored) for one in weeks),
        lines=_lines(scored, weeks, goals),
        without_points=sum(not item.dimensions for item in scored),
        has_archived=any(item.share_id is None for item in scored),
        has_several_versions=len({item.scoring_version for item in scored}) > 1,
        goals=tuple(_goal(goals[measure], items, weeks) for measure in MEASURES if measure in goals),
        choices=tuple((measure, measure_label(measure)) for measure in MEASURES if measure not in goals),
        changes=_changes(session, items, user_id=user_id, week=complete),
        suggestion=suggest(items, week=week),
    )


def current_goals(session: Session, *, user_id: int) -> tuple[Goal, ...]:
    """Of the current week."""
    goals = queries.goals_of(session, user_id=user_id)
    if not goals:
        return ()
    calendar = get_calendar(session)
    weeks = weeks_until(calendar.this_monday(), AVERAGE_WEEKS)
    items = load_items(session, calendar, user_id=user_id, first_week=weeks[0], last_week=weeks[-1])
    return tuple(_goal(goal, items, weeks) for goal in sorted(goals, key=lambda goal: MEASURES.index(goal.measure)))


def measure_label(measure: str) -> str:
    return COUNT_LABELS.get(measure) or f"{dimension_label(measure)}, on average"


def _changes(session: Session, items: Sequence[WeekItem], *, user_id: int, week: date) -> Changes:
    own = own_weeks(session, user_id=user_id, week=week, week_count=2 * COMPARED_WEEKS)
    first_at = queries.first_share_at(session, user_id=user_id)
    return find_changes(
        items,
        week=week,
        workdays=dict(zip(own.weeks, own.workdays, strict=True)),
        first_week=get_calendar(session).monday_of(first_at) if first_at else None,
    )


def _lines(scored: Sequence[WeekItem], weeks: Sequence[date], goals: dict[str, OwnGoal]) -> tuple[Line, ...]:
    lines = []
    for name in ("score", *DRAFT_DIMENSIONS):
        points = [(item.week, item.score if name == "score" else item.dimensions.get(name)) for item in scored]
        known = [(week, value) for week, value in points if value is not None]
        if known:
            goal = goals.get(name)
            series = tuple(_average([value for week, value in known if week == one]) for one in weeks)
            average = round(fmean(value for _, value in known))
            label = "Score" if name == "score" else dimension_label(name)
            lines.append(Line(name, label, series, average, goal.target if goal else None))
    return tuple(lines)


def _average(values: Sequence[int]) -> int | None:
    return round(fmean(values)) if values else None


def _goal(goal: OwnGoal, items: Sequence[WeekItem], weeks: Sequence[date]) -> Goal:
    measure = goal.measure
    if measure in COUNTS:
        series = tuple(sum(COUNTED[measure](item) and item.week == one for item in items) for one in weeks)
        value: int | None = series[-1]
    else:
        series = ()
        recent = [item for item in items if item.week in weeks[-AVERAGE_WEEKS:]]
        value = _average([item.dimensions[measure] for item in recent if measure in item.dimensions])
    return Goal(measure, measure_label(measure), goal.target, max_target(measure), value, measure in COUNTS, series)
