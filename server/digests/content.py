"""What a digest says about the week: the numbers of the pages that it leads to, never more than its reader sees there.

No page about a person is opened for it. A manager is told with whom there is something to talk about, and reads what on that
person's page, where the view is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

from sqlalchemy.orm import Session

from server.appeals.queue import count_to_answer
from server.core.identity import Identity
from server.core.periods import week_period
from server.people.models import Metric
from server.people.queries import get_calendar, memberships_between, team_on
from server.scorecards import operations as scorecards
from server.scorecards.approvals import count_waiting
from server.scorecards.team_card import team_scorecard
from server.scorecards.views import Series, TalkingPoint, TeamScorecard
from server.scorecards.views import TeamLine as ScorecardLine

#: In standard deviations of the difference of two counts. Of metrics that did not really change, about one in twenty is named.
MIN_CHANGE = 2.0


@dataclass(frozen=True, slots=True)
class OwnLine:
    metric: Metric
    numbers: Series

    @property
    def before(self) -> int:
        return self.numbers.series[-2]


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """For a rep. ``lines``: the metrics of the team's scorecard, and others with a number or a target in the two weeks.
    ``was_away``: all week. ``point``: one thing to think about, if anything stands out."""

    week: date
    lines: tuple[OwnLine, ...]
    was_away: bool
    point: TalkingPoint | None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """``value`` and ``before`` are None where they would be about too few people. ``average``: per active person; None also if
    nobody was active."""

    metric: Metric
    value: int | None
    before: int | None
    target: int | None
    average: float | None


@dataclass(frozen=True, slots=True)
class SubTeam:
    """``values``: by metric, those that are not hidden. ``is_complete``: none is."""

    team_id: int
    name: str
    values: tuple[tuple[Metric, int], ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """For a manager. ``changes``: metrics that changed by more than chance explains. ``people``: id and name of those in the
    manager's own team whose last weeks differ from those before, up or down, by name; None in team-only mode, and if nobody is
    in that team. ``teams``: those below, for whoever leads several. ``approvals``, ``appeals``: how many wait
    for the manager."""

    card: TeamScorecard
    lines: tuple[TeamLine, ...]
    changes: tuple[TeamLine, ...]
    people: tuple[tuple[int, str], ...] | None
    teams: tuple[SubTeam, ...]
    approvals: int
    appeals: int


def own_week(session: Session, *, reader: Identity, week: date) -> OwnWeek:
    weeks = scorecards.own_weeks(session, user_id=reader.user_id, week=week, week_count=2)
    lines = tuple(OwnLine(metric, weeks.metrics[metric.key]) for metric in scorecards.shown_metrics(session, weeks))
    points = scorecards.own_talking_points(session, user_id=reader.user_id, week=week)
    return OwnWeek(week, lines, was_away=not weeks.workdays[-1], point=points[0] if points else None)


def team_week(session: Session, *, reader: Identity, week: date) -> TeamWeek | None:
    """None for a manager without a team."""
    team_id = team_on(session, user_id=reader.user_id, day=get_calendar(session).today())
    if reader.role != "manager" or team_id is None:
        return None
    card = team_scorecard(session, viewer=reader, team_id=team_id, period=week_period(week))
    lines = tuple(_line(metric, card) for metric in card.metrics)
    return TeamWeek(
        card=card,
        lines=lines,
        changes=tuple(line for line in lines if _has_changed(line)),
        people=_people(session, card, reader=reader, week=week),
        teams=_sub_teams(card),
        approvals=count_waiting(session, viewer=reader),
        appeals=count_to_answer(session, viewer=reader),
    )


def _line(metric: Metric, card: TeamScorecard) -> TeamLine:
    total = card.totals[metric.key]
    return TeamLine(metric, total.value, total.before, total.target, total.average)


def _has_changed(line: TeamLine) -> bool:
    """Counts vary by about the square root of their size (Poisson); money, points and what does not add up do not."""
    is_count = line.metric.unit == "count" and line.metric.record_kind is not None and line.metric.sums
    if not is_count or line.value is None or line.before is None:
        return False
    return abs(line.value - line.before) >= MIN_CHANGE * sqrt(max(line.value + line.before, 1))


def _people(session: Session, card: TeamScorecard, *, reader: Identity, week: date) -> tuple[tuple[int, str], ...] | None:
    """Not those of the teams below, who have their own managers. None if there is nobody else, and in team-only mode, in which
    the scorecard has no rows."""
    today = get_calendar(session).today()
    own = {membership.user_id for membership in memberships_between(session, today, today, team_ids=[card.team_id])}
    rows = [row for row in card.rows if row.user_id in own]
    if not rows:
        return None
    return tuple(
        (row.user_id, row.name)
        for row in rows
        if scorecards.has_changed_lately(session, viewer=reader, user_id=row.user_id, week=week)
    )


def _sub_teams(card: TeamScorecard) -> tuple[SubTeam, ...]:
    """Hidden as on the scorecard. Without the line of the people who are in no team below."""
    return tuple(_sub_team(line, card) for line in card.lines if line.team_id is not None)


def _sub_team(line: ScorecardLine, card: TeamScorecard) -> SubTeam:
    totals = [(metric, line.totals[metric.key].value) for metric in card.metrics]
    shown = tuple((metric, value) for metric, value in totals if value is not None)
    return SubTeam(line.team_id or 0, line.name, shown, is_complete=len(shown) == len(totals))
