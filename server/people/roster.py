"""Who was in which team on which day, who was away, and what targets follow: the one place from which scorecards take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.core.weeks import DAY, WEEK, WORKDAYS_PER_WEEK, Calendar, workdays_of
from server.people import queries
from server.people.models import Leave, Membership, Metric, User
from server.people.targets import TargetTable, ramp_percent


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """One week of a person, counting only their days in the teams of the roster.

    ``is_rep``: in the role of a rep on any day. ``team_id``: on the last of these days. ``workdays``: how many of Monday to
    Friday they were there, neither away nor on a public holiday. ``targets``: by metric, for these workdays; no entry without
    a target."""

    is_rep: bool
    team_id: int | None
    workdays: int
    targets: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A person was in a team from the moment ``starts_at`` to before the moment ``ends_at``."""

    user_id: int
    team_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """``weeks``: the Mondays, without gaps, oldest first. ``people``: by user id, one entry per week. ``spans`` lie within the
    weeks."""

    weeks: tuple[date, ...]
    users: Mapping[int, User]
    people: Mapping[int, tuple[PersonWeek, ...]]
    spans: tuple[Span, ...]


def load_roster(session: Session, weeks: tuple[date, ...], *, team_ids: Collection[int]) -> Roster:
    """Everybody who was in one of the teams on any day of the weeks."""
    memberships = queries.memberships_between(session, weeks[0], _last_day(weeks), team_ids=team_ids)
    return _build(session, weeks, memberships, user_ids={membership.user_id for membership in memberships})


def load_person_roster(
    session: Session, weeks: tuple[date, ...], *, user_id: int, team_ids: Collection[int] | None = None
) -> Roster:
    """One person, in ``team_ids`` or in any team. Somebody who was never in any team is counted as there on all days, without a
    team, so that an administrator's own page has weeks too."""
    first, last = weeks[0], _last_day(weeks)
    if team_ids is None and not queries.memberships_of(session, user_id=user_id):
        role = queries.users_by_id(session, user_ids=[user_id])[user_id].role
        teamless = Membership(user_id=user_id, team_id=None, role=role, starts_on=first, ends_on=last)
        return _build(session, weeks, [teamless], user_ids={user_id})
    memberships = queries.memberships_between(session, first, last, user_id=user_id, team_ids=team_ids)
    return _build(session, weeks, memberships, user_ids={user_id})


def _last_day(weeks: tuple[date, ...]) -> date:
    return weeks[-1] + WEEK - DAY


def _build(
    session: Session, weeks: tuple[date, ...], memberships: Sequence[Membership], *, user_ids: Collection[int]
) -> Roster:
    first, last = weeks[0], _last_day(weeks)
    calendar = queries.get_calendar(session)
    users = queries.users_by_id(session, user_ids=user_ids)
    days_off = _DaysOff(session, first, last, user_ids=user_ids)
    teams = queries.all_teams(session)
    targets = TargetTable(queries.targets_until(session, day=weeks[-1]), parents={team.id: team.parent_id for team in teams})
    metrics = [metric for metric in queries.active_metrics(session) if metric.key in targets.metrics]
    by_person: dict[int, list[Membership]] = defaultdict(list)
    for membership in memberships:
        by_person[membership.user_id].append(membership)
    return Roster(
        weeks=weeks,
        users=users,
        people={
            user_id: tuple(_person_week(user, by_person[user_id], week, days_off, targets, metrics) for week in weeks)
            for user_id, user in users.items()
        },
        spans=tuple(_span(membership, first, last, calendar) for membership in memberships if membership.team_id is not None),
    )


def _span(membership: Membership, first: date, last: date, calendar: Calendar) -> Span:
    starts_on = max(membership.starts_on, first)
    ends_on = min(membership.ends_on or last, last)
    return Span(membership.user_id, membership.team_id, calendar.start_of(starts_on), calendar.start_of(ends_on + DAY))


def _person_week(
    user: User,
    memberships: Iterable[Membership],
    week: date,
    days_off: _DaysOff,
    targets: TargetTable,
    metrics: Sequence[Metric],
) -> PersonWeek:
    in_week = [one for one in memberships if one.starts_on < week + WEEK and (one.ends_on is None or one.ends_on >= week)]
    present = [
        (day, membership)
        for day in workdays_of(week)
        for membership in in_week
        if membership.starts_on <= day and (membership.ends_on is None or day <= membership.ends_on)
        if not days_off.includes(day, user_id=user.id, team_id=membership.team_id)
    ]
    return PersonWeek(
        is_rep=any(membership.role == "rep" for membership in in_week),
        team_id=in_week[-1].team_id if in_week else None,
        workdays=len(present),
        targets=_targets(user, [membership for _, membership in present], week, targets, metrics),
    )


def _targets(
    user: User, present: Sequence[Membership], week: date, targets: TargetTable, metrics: Sequence[Metric]
) -> dict[str, int]:
    """A fifth of the weekly target for each workday, or all of it if the metric's target is the same in every week, that of
    the last day counting; in percent for a new hire; rounded half up, and at least 1."""
    found: dict[str, int] = {}
    for metric in metrics:
        total = 0
        days = present if metric.target_kind == "workdays" else [*present[-1:]] * WORKDAYS_PER_WEEK
        for membership in days:
            target = targets.find(
                user_id=user.id, team_id=membership.team_id, role=membership.role, metric=metric.key, week=week
            )  # fmt: skip
            if target is not None:
                total += target.per_week * ramp_percent(target.ramp, started_on=user.started_on, week=week)
        if total:
            found[metric.key] = max(1, (2 * total + 100 * WORKDAYS_PER_WEEK) // (200 * WORKDAYS_PER_WEEK))
    return found


class _DaysOff:
    """Leave and public holidays."""

    def __init__(self, session: Session, first: date, last: date, *, user_ids: Collection[int]) -> None:
        self._leaves: dict[int, list[Leave]] = defaultdict(list)
        for leave in queries.leaves_between(session, first, last, user_ids=user_ids):
            self._leaves[leave.user_id].append(leave)
        self._holidays = {(one.day, one.region) for one in queries.holidays_between(session, first, last)}
        self._regions = team_regions(session) if self._holidays else {}
        self._default_region = queries.organisation_region(session)

    def includes(self, day: date, *, user_id: int, team_id: int | None) -> bool:
        if any(leave.starts_on <= day and (leave.ends_on is None or day <= leave.ends_on) for leave in self._leaves[user_id]):
            return True
        region = self._regions.get(team_id or 0, self._default_region)
        return (day, "") in self._holidays or (region is not None and (day, region) in self._holidays)


def team_regions(session: Session) -> dict[int, str]:
    """By team id, its own region or that of the nearest team above; no entry without one."""
    teams = {team.id: team for team in queries.all_teams(session)}
    regions: dict[int, str] = {}
    for team_id in teams:
        nearest: int | None = team_id
        while nearest is not None and teams[nearest].region is None:
            nearest = teams[nearest].parent_id
        if nearest is not None:
            regions[team_id] = teams[nearest].region or ""
    return regions
