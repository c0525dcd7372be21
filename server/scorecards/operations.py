"""The scorecard of a team, the page of a rep, and a rep's own weekly numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import not_found
from server.core.weeks import DAY, WEEK, Calendar, weeks_until
from server.credit.models import LedgerEntry
from server.credit.queries import live_entries
from server.credit.sentences import entry_sentence
from server.people.models import Metric, Team, User
from server.people.queries import (
    active_metrics,
    all_teams,
    get_calendar,
    get_organisation,
    memberships_between,
    memberships_of,
    subtree,
    team_name,
    team_on,
)
from server.people.roster import PersonWeek, Roster, load_person_roster, load_roster
from server.scorecards import queries
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.queries import WeeklyNumbers
from server.scorecards.suppression import active_people, too_small_teams, total
from server.scorecards.talking_points import find_talking_points, has_changes
from server.scorecards.views import (
    Item,
    OtherPeople,
    RepPage,
    RepWeeks,
    Series,
    TalkingPoint,
    TeamChange,
    TeamChoice,
    TeamRow,
    TeamScorecard,
)

TEAM_WEEKS = 12
REP_WEEKS = 26


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


def team_scorecard(
    session: Session, *, viewer: Identity, team_id: int | None, week: date, week_count: int = TEAM_WEEKS
) -> TeamScorecard:
    """The scorecard of a team and the teams below it; without ``team_id``, of the first team in the viewer's list. 404 if the
    viewer may not see the team."""
    visible = teams_in_view(session, viewer=viewer)
    team = next((choice for choice in visible if team_id in (None, choice.id)), None)
    if team is None:
        raise not_found()
    team_ids = subtree(session, team_id=team.id)
    weeks = weeks_until(week, week_count)
    roster = load_roster(session, weeks, team_ids=team_ids)
    numbers = queries.weekly_numbers(session, get_calendar(session), weeks, spans=roster.spans)
    team_only = get_organisation(session).team_only
    metrics = tuple(metric for metric in active_metrics(session) if metric.on_team_page)
    keys = [metric.key for metric in metrics]
    names = {choice.id: choice.name for choice in visible}
    rows = () if team_only else _rows(session, roster, numbers, keys, team_ids, names)
    reps = [person[-1] for person in roster.people.values() if person[-1].is_rep]
    active = active_people(numbers, week_count)
    hidden = team_only and team.id in too_small_teams(session, visible, weeks)
    return TeamScorecard(
        team_id=team.id,
        team_name=team.name,
        metrics=metrics,
        week=week,
        weeks=weeks,
        team_only=team_only,
        active=active[-1],
        headcount=len(reps),
        away=sum(not person.workdays for person in reps),
        rows=rows,
        others=None if team_only else _others(rows, numbers, keys),
        totals={
            key: total(key, numbers, active, targets=_team_targets(key, roster), team_only=team_only, hidden=hidden)
            for key in keys
        },
    )


def _rows(
    session: Session,
    roster: Roster,
    numbers: WeeklyNumbers,
    keys: Sequence[str],
    team_ids: Collection[int],
    names: Mapping[int, str],
) -> tuple[TeamRow, ...]:
    """The reps of the last week."""
    week = roster.weeks[-1]
    last_day = week + WEEK - DAY
    joined: dict[int, date] = {}
    left: dict[int, date] = {}
    for membership in memberships_between(session, week, last_day, team_ids=team_ids):
        joined.setdefault(membership.user_id, membership.starts_on)
        left[membership.user_id] = membership.ends_on or date.max
    rows = [
        TeamRow(
            user_id=user_id,
            name=roster.users[user_id].name,
            team_name=names.get(person[-1].team_id or 0, ""),
            metrics={key: _series(key, numbers[user_id][key], person) for key in keys},
            workdays=tuple(one.workdays for one in person),
            joined_on=joined[user_id] if joined[user_id] > week else None,
            left_on=left[user_id] if left[user_id] < last_day else None,
        )
        for user_id, person in roster.people.items()
        if person[-1].is_rep and roster.users[user_id].is_active
    ]
    return tuple(sorted(rows, key=lambda row: (row.name.lower(), row.user_id)))


def _others(rows: Sequence[TeamRow], numbers: WeeklyNumbers, keys: Sequence[str]) -> OtherPeople | None:
    listed = {row.user_id for row in rows}
    others = [metrics for user_id, metrics in numbers.items() if user_id not in listed]
    count = sum(any(series[-1] for series in metrics.values()) for metrics in others)
    if not count:
        return None
    return OtherPeople(count, {key: sum(metrics[key][-1] for metrics in others if key in metrics) for key in keys})


def record_scorecard_opened(session: Session, *, viewer: Identity, team_id: int) -> None:
    """Records the view of an administrator only; for a manager, opening their own team's scorecard is everyday work."""
    if viewer.role == "admin":
        audit.record(session, action="scorecard.opened", object_type="team", object_id=team_id, actor=viewer)


def open_rep_page(session: Session, *, viewer: Identity, user_id: int, week: date, week_count: int = REP_WEEKS) -> RepPage:
    """A rep's page. Records the view, which the rep can see. Managers see what was recorded in the teams that are visible to
    them. 404 if the viewer may not see the person."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    is_own = viewer.user_id == user_id
    team_ids = None if is_own else visible
    rep_weeks = _rep_weeks(session, user, week=week, week_count=week_count, team_ids=team_ids)
    items = _items(session, user_id=user_id, weeks=rep_weeks.weeks, team_ids=team_ids)
    calendar = get_calendar(session)
    if not is_own:
        audit.record_profile_view(
            session, viewer_id=viewer.user_id, subject_id=user_id, page="rep-page", day=calendar.today()
        )  # fmt: skip
        if viewer.role == "admin":
            audit.record(session, action="rep-page.opened", object_type="user", object_id=user_id, actor=viewer)
    return RepPage(
        user_id=user.id,
        name=user.name,
        team_name=_last_team_name(session, user_id=user_id, day=min(week + WEEK - DAY, calendar.today()), team_ids=team_ids),
        week=week,
        weeks=rep_weeks.weeks,
        shown=shown_metrics(session, rep_weeks),
        metrics=rep_weeks.metrics,
        workdays=rep_weeks.workdays,
        changes=_team_changes(session, user_id=user_id, weeks=rep_weeks.weeks, team_ids=team_ids),
        items=tuple(item for item in items if item.week == week),
        talking_points=_talking_points(session, rep_weeks, items),
    )


def own_talking_points(session: Session, *, user_id: int, week: date) -> tuple[TalkingPoint, ...]:
    """The talking points of the person's page, for the person."""
    rep_weeks = own_weeks(session, user_id=user_id, week=week, week_count=REP_WEEKS)
    return _talking_points(session, rep_weeks, _items(session, user_id=user_id, weeks=rep_weeks.weeks, team_ids=None))


def has_changed_lately(session: Session, *, viewer: Identity, user_id: int, week: date) -> bool:
    """Whether the person's page has a talking point about a change. Records no view, so the viewer may not be told which."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    rep_weeks = _rep_weeks(session, user, week=week, week_count=REP_WEEKS, team_ids=visible)
    return has_changes(_complete_weeks(rep_weeks, get_calendar(session)), active_metrics(session))


def _talking_points(session: Session, rep_weeks: RepWeeks, items: Sequence[Item]) -> tuple[TalkingPoint, ...]:
    complete = _complete_weeks(rep_weeks, get_calendar(session))
    return find_talking_points(complete, active_metrics(session), bands=[(item.week, item.band) for item in items])


def shown_metrics(session: Session, rep_weeks: RepWeeks) -> tuple[Metric, ...]:
    """The metrics of the team's scorecard, and others with any number or target in the weeks, in order."""
    return tuple(
        metric
        for metric in active_metrics(session)
        if metric.on_team_page or any(rep_weeks.metrics[metric.key].series) or any(rep_weeks.metrics[metric.key].targets)
    )


def _last_team_name(session: Session, *, user_id: int, day: date, team_ids: Collection[int] | None) -> str:
    """The team on the day, or the last one before it that the viewer may see."""
    if team_ids is None:
        return team_name(session, team_id=team_on(session, user_id=user_id, day=day))
    seen = [one for one in memberships_of(session, user_id=user_id) if one.team_id in team_ids]
    before = [one for one in seen if one.starts_on <= day]
    return team_name(session, team_id=(before or seen)[-1].team_id) if seen else ""


def _team_changes(
    session: Session, *, user_id: int, weeks: tuple[date, ...], team_ids: Collection[int] | None
) -> tuple[TeamChange, ...]:
    """Changes of role alone are left out, and so are a start before the weeks and an end after them."""
    first, last = weeks[0], weeks[-1] + WEEK - DAY
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


def own_weeks(session: Session, *, user_id: int, week: date, week_count: int = TEAM_WEEKS) -> RepWeeks:
    """A person's own weekly numbers and targets."""
    return _rep_weeks(session, session.get_one(User, user_id), week=week, week_count=week_count, team_ids=None)


def _rep_weeks(session: Session, user: User, *, week: date, week_count: int, team_ids: Collection[int] | None) -> RepWeeks:
    """With ``team_ids``, only what happened while the person was in one of these teams."""
    weeks = weeks_until(week, week_count)
    roster = load_person_roster(session, weeks, user_id=user.id, team_ids=team_ids)
    spans = None if team_ids is None else roster.spans
    numbers = queries.weekly_numbers(session, get_calendar(session), weeks, user_id=user.id, spans=spans)[user.id]
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


def _series(metric: str, numbers: Sequence[int], person: Sequence[PersonWeek]) -> Series:
    targets = tuple(week.targets.get(metric) for week in person)
    return Series(numbers[-1], targets[-1], tuple(numbers), targets)


def _team_targets(metric: str, roster: Roster) -> tuple[int | None, ...]:
    """For each week, the sum of the targets of the reps of that week; None if nobody has one."""
    return tuple(
        sum(person[index].targets.get(metric, 0) for person in roster.people.values() if person[index].is_rep) or None
        for index in range(len(roster.weeks))
    )


def _items(session: Session, *, user_id: int, weeks: tuple[date, ...], team_ids: Collection[int] | None) -> list[Item]:
    """The person's counted items of the weeks as a manager sees them, newest first."""
    calendar = get_calendar(session)
    spans = None if team_ids is None else load_person_roster(session, weeks, user_id=user_id, team_ids=team_ids).spans
    rows = queries.counted_items(session, calendar, weeks, user_id=user_id, spans=spans)
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
