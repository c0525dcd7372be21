"""The scorecard of a team, the page of a rep, and a rep's own weekly numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import not_found
from server.core.weeks import monday_of, this_monday, weeks_until
from server.credit.models import LedgerEntry
from server.credit.queries import live_entries
from server.credit.sentences import entry_sentence
from server.people.models import METRICS, Team, User
from server.people.queries import active_reps, all_teams, get_organisation, subtree, team_name
from server.people.targets import targets_in_week
from server.scorecards import queries
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.suppression import active_people, too_small_teams, total
from server.scorecards.talking_points import find_talking_points
from server.scorecards.views import Item, RepPage, RepWeeks, Series, TeamChoice, TeamRow, TeamScorecard

TEAM_WEEKS = 12
REP_WEEKS = 26
REP_METRICS = (*METRICS, "deal")


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
    numbers = queries.weekly_numbers(session, weeks, team_ids=team_ids)
    targets = targets_in_week(session, week=week)
    names = {choice.id: choice.name for choice in visible}
    team_only = get_organisation(session).team_only
    rows = tuple(
        TeamRow(
            user.id,
            user.name,
            names.get(user.team_id or 0, ""),
            {metric: _series(numbers[user.id][metric], targets.get((user.team_id or 0, metric))) for metric in METRICS},
        )
        for user in active_reps(session, team_ids=team_ids)
    )
    active = active_people(numbers, week_count)
    hidden = team_only and team.id in too_small_teams(session, visible, weeks)
    return TeamScorecard(
        team_id=team.id,
        team_name=team.name,
        week=week,
        weeks=weeks,
        team_only=team_only,
        active=active[-1],
        rows=() if team_only else rows,
        totals={
            metric: total(metric, numbers, active, target=_team_target(metric, rows), team_only=team_only, hidden=hidden)
            for metric in METRICS
        },
    )


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
    if not is_own:
        audit.record_profile_view(session, viewer_id=viewer.user_id, subject_id=user_id, page="rep-page")
        if viewer.role == "admin":
            audit.record(session, action="rep-page.opened", object_type="user", object_id=user_id, actor=viewer)
    return RepPage(
        user_id=user.id,
        name=user.name,
        team_name=team_name(session, team_id=user.team_id),
        week=week,
        weeks=rep_weeks.weeks,
        metrics=rep_weeks.metrics,
        items=tuple(item for item in items if item.week == week),
        talking_points=find_talking_points(_complete_weeks(rep_weeks), bands=[(item.week, item.band) for item in items]),
    )


def own_weeks(session: Session, *, user_id: int, week: date, week_count: int = TEAM_WEEKS) -> RepWeeks:
    """A person's own weekly numbers and targets."""
    return _rep_weeks(session, session.get_one(User, user_id), week=week, week_count=week_count, team_ids=None)


def _rep_weeks(session: Session, user: User, *, week: date, week_count: int, team_ids: Collection[int] | None) -> RepWeeks:
    weeks = weeks_until(week, week_count)
    numbers = queries.weekly_numbers(session, weeks, user_id=user.id, team_ids=team_ids)[user.id]
    targets = targets_in_week(session, week=week)
    return RepWeeks(
        week,
        weeks,
        {metric: _series(numbers[metric], targets.get((user.team_id or 0, metric))) for metric in REP_METRICS},
    )


def _complete_weeks(rep_weeks: RepWeeks) -> RepWeeks:
    """Without the current week, which would look like a decline until it is complete."""
    complete = sum(week < this_monday() for week in rep_weeks.weeks)
    metrics = {name: replace(metric, series=metric.series[:complete]) for name, metric in rep_weeks.metrics.items()}
    return replace(rep_weeks, weeks=rep_weeks.weeks[:complete], metrics=metrics)


def _series(numbers: Sequence[int], target: int | None) -> Series:
    return Series(numbers[-1], target, tuple(numbers))


def _team_target(metric: str, rows: Sequence[TeamRow]) -> int | None:
    """The sum of the people's targets; None if nobody has one."""
    targets = [row.metrics[metric].target for row in rows]
    return sum(target for target in targets if target is not None) or None


def _items(session: Session, *, user_id: int, weeks: tuple[date, ...], team_ids: Collection[int] | None) -> list[Item]:
    """The person's counted items of the weeks as a manager sees them, newest first."""
    rows = queries.counted_items(session, user_id=user_id, weeks=weeks, team_ids=team_ids)
    entries = live_entries(session, activity_ids=[row.id for row in rows])
    return [_item(row, entries.get(row.id)) for row in rows]


def _item(row: Activity, entry: LedgerEntry | None) -> Item:
    return Item(
        id=row.id,
        kind=row.kind,
        band=entry.arithmetic["band"] if entry else None,
        day=row.occurred_at.date(),
        week=monday_of(row.occurred_at),
        points=entry.amount if entry else None,
        sentence=entry_sentence(entry) if entry else None,
        url=row.url,
        text=row.text,
    )
