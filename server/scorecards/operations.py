"""Which teams a viewer may open, the page of a rep, and a rep's own weekly numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.periods import Period, week_periods
from server.core.weeks import DAY, WEEK, Calendar, monday_of, weeks_until
from server.credit.models import LedgerEntry
from server.credit.queries import live_entries
from server.credit.sentences import entry_sentence
from server.outcomes.queries import counts_of_periods
from server.outcomes.view import ledger_series
from server.people.models import Metric, Team, User
from server.people.queries import (
    active_metrics,
    all_teams,
    all_weight_sets,
    get_calendar,
    memberships_between,
    memberships_of,
    team_name,
    team_on,
)
from server.people.roster import PersonPeriod, load_person_roster
from server.people.weights import weights_for
from server.scorecards import queries
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.numbers import numbers_of_periods
from server.scorecards.plans import PERSON_CHART, make_plan, person_attainment, person_series
from server.scorecards.points.changes import CHANGES
from server.scorecards.rows import whose
from server.scorecards.talking_points import Skip, find_talking_points, suggest_all
from server.scorecards.views import Item, Plan, RepPage, RepWeeks, Series, TalkingPoint, TeamChange, TeamChoice

OWN_WEEKS = 12
REP_WEEKS = 26
#: On a person's page; the others are on the page of records.
MAX_ITEMS = 50


def teams_in_view(session: Session, *, viewer: Identity) -> tuple[TeamChoice, ...]:
    """The teams that the viewer may open, ordered by name, each followed by the teams below it."""
    visible = visible_team_ids(session, viewer=viewer)
    children: dict[int | None, list[Team]] = defaultdict(list)
    for team in all_teams(session):
        if team.id in visible:
            children[team.parent_id if team.parent_id in visible else None].append(team)
    choices: list[TeamChoice] = []

    def add_children(parent_id: int | None, depth: int) -> None:
        for team in children[parent_id]:
            choices.append(TeamChoice(team.id, team.name, depth))
            add_children(team.id, depth + 1)

    add_children(None, 0)
    return tuple(choices)


def record_scorecard_opened(session: Session, *, viewer: Identity, team_id: int) -> None:
    """Records the view of an administrator only; for a manager, opening their own team's scorecard is everyday work."""
    if viewer.role == "admin":
        audit.record(session, action="scorecard.opened", object_type="team", object_id=team_id, actor=viewer)


def record_scorecard_exported(
    session: Session, *, viewer: Identity, team_id: int, user_ids: Sequence[int], file_format: str
) -> None:
    """Records that the numbers of a team left as a file, and for each of the people listed in it, that the viewer took them."""
    audit.record(
        session,
        action="scorecard.exported",
        object_type="team",
        object_id=team_id,
        reason_code=file_format,
        actor=viewer,
    )
    day = get_calendar(session).today()
    for user_id in user_ids:
        if user_id != viewer.user_id:
            audit.record_profile_view(session, viewer_id=viewer.user_id, subject_id=user_id, page="scorecard-file", day=day)


def open_rep_page(session: Session, *, viewer: Identity, user_id: int, period: Period, skip: Skip = suggest_all) -> RepPage:
    """A rep's page. Records the view, which the rep can see. Managers see what was recorded in the teams that are visible to
    them. ``skip``: talking points that are not suggested. 404 if the viewer may not see the person."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    is_own = viewer.user_id == user_id
    team_ids = None if is_own else visible
    calendar = get_calendar(session)
    plan = make_plan(period, today=calendar.today(), counts=PERSON_CHART)
    numbers = _rep_numbers(session, user, plan, team_ids=team_ids)
    weights = weights_for(all_weight_sets(session), first=period.first, last=plan.counted.last)
    items = _items(session, user_id=user_id, period=period, team_ids=team_ids)
    if not is_own:
        audit.record_profile_view(
            session, viewer_id=viewer.user_id, subject_id=user_id, page="rep-page", day=calendar.today()
        )  # fmt: skip
        if viewer.role == "admin":
            audit.record(session, action="rep-page.opened", object_type="user", object_id=user_id, actor=viewer)
    return RepPage(
        user_id=user.id,
        name=user.name,
        team_name=_last_team_name(session, user_id=user_id, day=plan.counted.last, team_ids=team_ids),
        plan=plan,
        shown=_shown(active_metrics(session), numbers.metrics),
        metrics=numbers.metrics,
        workdays=numbers.workdays,
        changes=_team_changes(session, user_id=user_id, days=plan.chart, team_ids=team_ids),
        items=tuple(items[:MAX_ITEMS]),
        item_count=len(items),
        talking_points=_talking_points(session, user, week=monday_of(plan.counted.last), team_ids=team_ids, skip=skip),
        outcomes=ledger_series(counts_of_periods(session, plan.chart, user_id=user_id, team_ids=team_ids), len(plan.chart)),
        has_weights=weights is not None,
        attainment=person_attainment(weights, active_metrics(session), numbers.metrics),
    )


@dataclass(frozen=True, slots=True)
class _RepNumbers:
    metrics: dict[str, Series]
    workdays: tuple[int, ...]


def _rep_numbers(session: Session, user: User, plan: Plan, *, team_ids: Collection[int] | None) -> _RepNumbers:
    calendar = get_calendar(session)
    roster = load_person_roster(session, plan.all, user_id=user.id, team_ids=team_ids)
    numbers = numbers_of_periods(session, calendar, plan.summed, whose(user.id, team_ids))[user.id]
    days = roster.people[user.id]
    first_day = queries.first_counted_days(session, calendar, user_ids=[user.id]).get(user.id)
    return _RepNumbers(
        metrics={
            metric.key: person_series(metric.key, plan, numbers[metric.key], days, first_day)
            for metric in active_metrics(session)
        },
        workdays=tuple(one.workdays for one in days[: len(plan.chart)]),
    )


def suggest_talking_points(
    session: Session, *, viewer: Identity, user_id: int, week: date, skip: Skip = suggest_all
) -> tuple[TalkingPoint, ...]:
    """What the viewer could talk about with the person, from the complete weeks up to ``week`` in teams that the viewer may
    see. 404 if the viewer may not see the person."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    return _talking_points(session, user, week=week, team_ids=visible, skip=skip)


def _talking_points(
    session: Session, user: User, *, week: date, team_ids: Collection[int] | None, skip: Skip
) -> tuple[TalkingPoint, ...]:
    rep_weeks = _rep_weeks(session, user, week=week, week_count=REP_WEEKS, team_ids=team_ids)
    days = Period("custom", rep_weeks.weeks[0], week + WEEK - DAY)
    return find_talking_points(
        _complete_weeks(rep_weeks, get_calendar(session)),
        active_metrics(session),
        items=_items(session, user_id=user.id, period=days, team_ids=team_ids),
        started_on=user.started_on,
        skip=skip,
    )


def own_talking_points(session: Session, *, user_id: int, week: date) -> tuple[TalkingPoint, ...]:
    """The talking points of the person's page, for the person."""
    return _talking_points(session, session.get_one(User, user_id), week=week, team_ids=None, skip=suggest_all)


def has_changed_lately(session: Session, *, viewer: Identity, user_id: int, week: date) -> bool:
    """Whether a talking point is about a change, up or down. Records no view, so the viewer may not be told which."""
    points = suggest_talking_points(session, viewer=viewer, user_id=user_id, week=week)
    return any(point.reason in CHANGES for point in points)


def shown_metrics(session: Session, rep_weeks: RepWeeks) -> tuple[Metric, ...]:
    """The metrics of the team's scorecard, and others with any number or target in the weeks, in order."""
    return _shown(active_metrics(session), rep_weeks.metrics)


def _shown(metrics: Sequence[Metric], numbers: Mapping[str, Series]) -> tuple[Metric, ...]:
    return tuple(
        metric
        for metric in metrics
        if metric.on_team_page or any(numbers[metric.key].series) or any(numbers[metric.key].targets)
    )


def _last_team_name(session: Session, *, user_id: int, day: date, team_ids: Collection[int] | None) -> str:
    """The team on the day, or the last one before it that the viewer may see."""
    if team_ids is None:
        return team_name(session, team_id=team_on(session, user_id=user_id, day=day))
    seen = [one for one in memberships_of(session, user_id=user_id) if one.team_id in team_ids]
    before = [one for one in seen if one.starts_on <= day]
    return team_name(session, team_id=(before or seen)[-1].team_id) if seen else ""


def _team_changes(
    session: Session, *, user_id: int, days: Sequence[Period], team_ids: Collection[int] | None
) -> tuple[TeamChange, ...]:
    """Changes of role alone are left out, and so are a start before the days and an end after them."""
    first, last = days[0].first, days[-1].last
    names = {team.id: team.name for team in all_teams(session)}
    changes: list[TeamChange] = []
    for one in memberships_between(session, first, last, user_id=user_id, team_ids=team_ids):
        changes.append(TeamChange(names[one.team_id], one.starts_on, has_joined=True))
        if one.ends_on is not None:
            changes.append(TeamChange(names[one.team_id], one.ends_on, has_joined=False))
    kept: list[TeamChange] = []
    for change in changes:
        follows = kept and not kept[-1].has_joined and change.has_joined and kept[-1].team_name == change.team_name
        if follows and kept[-1].day == change.day - DAY:
            kept.pop()
        else:
            kept.append(change)
    return tuple(change for change in kept if first < change.day <= last)


def own_weeks(session: Session, *, user_id: int, week: date, week_count: int = OWN_WEEKS) -> RepWeeks:
    """A person's own weekly numbers and targets."""
    return _rep_weeks(session, session.get_one(User, user_id), week=week, week_count=week_count, team_ids=None)


def _rep_weeks(session: Session, user: User, *, week: date, week_count: int, team_ids: Collection[int] | None) -> RepWeeks:
    """With ``team_ids``, only what happened while the person was in one of these teams."""
    weeks = weeks_until(week, week_count)
    periods = week_periods(weeks)
    roster = load_person_roster(session, periods, user_id=user.id, team_ids=team_ids)
    numbers = numbers_of_periods(session, get_calendar(session), periods, whose(user.id, team_ids))[user.id]
    person = roster.people[user.id]
    return RepWeeks(
        week,
        weeks,
        {metric.key: _series(metric.key, numbers[metric.key], person) for metric in active_metrics(session)},
        tuple(one.workdays for one in person),
    )


def _complete_weeks(rep_weeks: RepWeeks, calendar: Calendar) -> RepWeeks:
    """Without the current week, which would look like a decline until it is complete."""
    complete = sum(week < calendar.this_monday() for week in rep_weeks.weeks)
    metrics = {
        name: replace(metric, series=metric.series[:complete], targets=metric.targets[:complete])
        for name, metric in rep_weeks.metrics.items()
    }
    return replace(rep_weeks, weeks=rep_weeks.weeks[:complete], metrics=metrics, workdays=rep_weeks.workdays[:complete])


def _series(metric: str, numbers: Sequence[int], person: Sequence[PersonPeriod]) -> Series:
    targets = tuple(week.targets.get(metric) for week in person)
    return Series(numbers[-1], targets[-1], tuple(numbers), targets)


def _items(session: Session, *, user_id: int, period: Period, team_ids: Collection[int] | None) -> list[Item]:
    """The person's counted items of the period as a manager sees them, newest first."""
    calendar = get_calendar(session)
    spans = None if team_ids is None else load_person_roster(session, (period,), user_id=user_id, team_ids=team_ids).spans
    rows = queries.counted_items(session, calendar, period, user_id=user_id, spans=spans)
    entries = live_entries(session, activity_ids=[row.id for row in rows])
    return [_item(row, entries.get(row.id), calendar) for row in rows]


def _item(row: Activity, entry: LedgerEntry | None, calendar: Calendar) -> Item:
    return Item(
        id=row.id,
        kind=row.kind,
        band=entry.arithmetic["band"] if entry else None,
        day=calendar.day_of(row.occurred_at),
        week=calendar.monday_of(row.occurred_at),
        points=entry.amount if entry else None,
        sentence=entry_sentence(entry) if entry else None,
        url=row.url,
        text=row.text,
    )
