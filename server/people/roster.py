"""Who was in which team on which day, who was away, and what targets follow: the one place from which scorecards take it.

Targets are weekly. That of a period is the sum over its workdays, rounded once for each person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from server.core.periods import Period
from server.core.weeks import DAY, WEEK, WORKDAYS_PER_WEEK, Calendar, monday_of, workdays_of
from server.people import queries
from server.people.models import Leave, Metric
from server.people.queries import RosterMembership, RosterUser
from server.people.targets import MAX_RAMP_WEEKS, TargetTable, ramp_percent

#: A new hire's targets may be smaller for this long after the week in which they start.
RAMP = timedelta(weeks=MAX_RAMP_WEEKS + 1)


@dataclass(frozen=True, slots=True)
class PersonPeriod:
    """One period of a person, counting only their days in the teams of the roster.

    ``is_rep``: in the role of a rep on any day. ``workdays``: how many of Monday to Friday they were there, neither away nor on
    a public holiday. ``targets``: by metric, for these workdays; no entry without a target."""

    is_rep: bool
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
    """``people``: by user id, one entry per period. ``memberships``: by start."""

    periods: tuple[Period, ...]
    users: Mapping[int, RosterUser]
    people: Mapping[int, tuple[PersonPeriod, ...]]
    memberships: Sequence[RosterMembership]
    calendar: Calendar

    @property
    def spans(self) -> tuple[Span, ...]:
        """They lie between the first and the last day of all periods."""
        first, last = _ends(self.periods)
        return tuple(_span(one, first, last, self.calendar) for one in self.memberships if one.team_id is not None)


def load_roster(session: Session, periods: tuple[Period, ...], *, team_ids: Collection[int]) -> Roster:
    """Everybody who was in one of the teams on any day from the first to the last of the periods, which may overlap and come
    in any order."""
    return load_rosters(session, periods, groups={0: team_ids})[0]


def load_rosters(session: Session, periods: tuple[Period, ...], *, groups: Mapping[int, Collection[int]]) -> dict[int, Roster]:
    """A roster for each of several groups of teams."""
    groups_of: dict[int | None, list[int]] = defaultdict(list)
    for key, teams in groups.items():
        for team_id in teams:
            groups_of[team_id].append(key)
    memberships = queries.roster_memberships(session, *_ends(periods), team_ids=[one for one in groups_of if one is not None])
    tables = _Tables(session, periods, user_ids={membership.user_id for membership in memberships})
    found: dict[int, list[RosterMembership]] = {key: [] for key in groups}
    for membership in memberships:
        for key in groups_of[membership.team_id]:
            found[key].append(membership)
    return {key: tables.build(of_group) for key, of_group in found.items()}


def load_people_roster(session: Session, periods: tuple[Period, ...], *, user_ids: Collection[int]) -> Roster:
    """These people, in whatever team; few enough that a statement can name them all."""
    memberships = queries.roster_memberships(session, *_ends(periods), user_ids=user_ids)
    return _Tables(session, periods, user_ids=user_ids).build(memberships)


def load_person_roster(
    session: Session, periods: tuple[Period, ...], *, user_id: int, team_ids: Collection[int] | None = None
) -> Roster:
    """One person, in ``team_ids`` or in any team. Somebody who was never in any team is counted as there on all days, without a
    team, so that an administrator's own page has weeks too."""
    first, last = _ends(periods)
    if team_ids is None and not queries.memberships_of(session, user_id=user_id):
        role = queries.users_by_id(session, user_ids=[user_id])[user_id].role
        teamless = RosterMembership(None, user_id, None, role, first, last)
        return _Tables(session, periods, user_ids=[user_id]).build([teamless])
    memberships = queries.roster_memberships(session, first, last, user_id=user_id, team_ids=team_ids)
    return _Tables(session, periods, user_ids=[user_id]).build(memberships, user_ids=[user_id])


def load_spans(
    session: Session,
    periods: tuple[Period, ...],
    *,
    team_ids: Collection[int],
    user_id: int | None = None,
    only_changes: bool = False,
) -> tuple[Span, ...]:
    """The spans of ``load_roster``, without the rest; of one person, if given. ``only_changes``: without those that last from
    the first to the last day."""
    first, last = _ends(periods)
    calendar = queries.get_calendar(session)
    memberships = queries.roster_memberships(
        session, first, last, user_id=user_id, team_ids=team_ids, only_changes=only_changes
    )  # fmt: skip
    return tuple(_span(membership, first, last, calendar) for membership in memberships)


def _ends(periods: tuple[Period, ...]) -> tuple[date, date]:
    return min(period.first for period in periods), max(period.last for period in periods)


class _Tables:
    """What rosters of these people are made from, read once."""

    def __init__(self, session: Session, periods: tuple[Period, ...], *, user_ids: Collection[int]) -> None:
        first, last = _ends(periods)
        self._periods, self._calendar = periods, queries.get_calendar(session)
        self._users = queries.roster_users(session, user_ids=user_ids)
        self._days_off = _DaysOff(session, first, last, user_ids=user_ids)
        parents = {team.id: team.parent_id for team in queries.all_teams(session)}
        self._targets = TargetTable(queries.targets_until(session, day=last), parents=parents)
        self._metrics = [metric for metric in queries.active_metrics(session) if metric.key in self._targets.metrics]
        self._first, self._last = first, last
        #: Most people of a company have the same days and targets.
        self._counted: dict[Hashable, tuple[PersonPeriod, ...]] = {}
        #: By person and memberships: a person of a team is also one of the teams above it.
        self._of_person: dict[tuple[int, tuple[int | None, ...]], tuple[PersonPeriod, ...]] = {}
        self._team_keys: dict[int | None, Hashable] = {}

    def build(self, memberships: Sequence[RosterMembership], *, user_ids: Collection[int] = ()) -> Roster:
        """``memberships``: by start. ``user_ids``: people who are in the roster without any."""
        by_person: dict[int, list[RosterMembership]] = {user_id: [] for user_id in user_ids}
        for membership in memberships:
            by_person.setdefault(membership.user_id, []).append(membership)
        return Roster(
            periods=self._periods,
            users={user_id: self._users[user_id] for user_id in by_person},
            people={user_id: self._count(user_id, of_person) for user_id, of_person in by_person.items()},
            memberships=memberships,
            calendar=self._calendar,
        )

    def _count(self, user_id: int, memberships: Sequence[RosterMembership]) -> tuple[PersonPeriod, ...]:
        person = user_id, tuple([one.id for one in memberships])
        found = self._of_person.get(person)
        if found is None:
            user = self._users[user_id]
            key = self._key(user, memberships)
            found = self._counted.get(key)
            if found is None:
                days = _Days(user, memberships, self._days_off, self._targets, self._metrics)
                found = self._counted[key] = tuple(days.count(period) for period in self._periods)
            self._of_person[person] = found
        return found

    def _key(self, user: RosterUser, memberships: Sequence[RosterMembership]) -> Hashable:
        """What a person's periods depend on. With leave or targets of their own, on the person."""
        if self._targets.has_own(user.id) or self._days_off.has_leave(user.id):
            return user.id, tuple(one.id for one in memberships)
        started_on = user.started_on if user.started_on and user.started_on + RAMP > self._first else None
        return started_on, tuple(
            [
                (
                    self._team_key(one.team_id),
                    one.role,
                    max(one.starts_on, self._first),
                    min(one.ends_on or self._last, self._last),
                )
                for one in memberships
            ]
        )

    def _team_key(self, team_id: int | None) -> Hashable:
        if team_id not in self._team_keys:
            self._team_keys[team_id] = self._targets.teams_with_targets(team_id), self._days_off.region_of(team_id)
        return self._team_keys[team_id]


def _span(membership: RosterMembership, first: date, last: date, calendar: Calendar) -> Span:
    starts_on = max(membership.starts_on, first)
    ends_on = min(membership.ends_on or last, last)
    return Span(membership.user_id, membership.team_id or 0, calendar.start_of(starts_on), calendar.start_of(ends_on + DAY))


class _Days:
    """The days of one person, and what they are worth in targets."""

    def __init__(
        self,
        user: RosterUser,
        memberships: Sequence[RosterMembership],
        days_off: _DaysOff,
        targets: TargetTable,
        metrics: Sequence[Metric],
    ) -> None:
        """``memberships``: by start."""
        self._user, self._memberships, self._days_off = user, memberships, days_off
        self._targets, self._metrics = targets, metrics

    def count(self, period: Period) -> PersonPeriod:
        inside = [
            one
            for one in self._memberships
            if one.starts_on <= period.last and (one.ends_on is None or one.ends_on >= period.first)
        ]
        workdays, totals = 0, dict.fromkeys((metric.key for metric in self._metrics), 0)
        for week in _weeks(period) if inside else ():
            days = [day for day in workdays_of(week) if period.first <= day <= period.last]
            present = self._present(days, inside)
            workdays += len(present)
            self._add_week(totals, week, present, len(days))
        return PersonPeriod(
            is_rep=any(membership.role == "rep" for membership in inside),
            workdays=workdays,
            targets={key: _rounded(total) for key, total in totals.items() if total},
        )

    def _present(self, days: Sequence[date], memberships: Sequence[RosterMembership]) -> list[RosterMembership]:
        """The membership of each of the days on which the person was there."""
        if not days:
            return []
        first, last = days[0], days[-1]
        around = [one for one in memberships if one.starts_on <= last and (one.ends_on is None or one.ends_on >= first)]
        whole = [one for one in around if one.starts_on <= first and (one.ends_on is None or one.ends_on >= last)]
        # Most weeks of most people: one team, and no day off.
        if around == whole and not self._days_off.touch(first, last, user_id=self._user.id):
            return [membership for membership in whole for _ in days]
        return [
            membership
            for day in days
            for membership in around
            if membership.starts_on <= day and (membership.ends_on is None or day <= membership.ends_on)
            if not self._days_off.includes(day, user_id=self._user.id, team_id=membership.team_id)
        ]

    def _add_week(self, totals: dict[str, int], week: date, present: Sequence[RosterMembership], day_count: int) -> None:
        """In percent of a fifth of the weekly target: a fifth for each workday, or if the metric's target is the same in every
        week, a fifth for each of the ``day_count`` days of the week that are in the period, the last day there deciding whose
        target it is. A new hire's target is smaller in the first weeks."""
        by_workday = Counter(present)
        whole = {present[-1]: day_count} if present else {}
        for metric in self._metrics:
            for membership, fifths in (by_workday if metric.target_kind == "workdays" else whole).items():
                target = self._targets.find(
                    user_id=self._user.id,
                    team_id=membership.team_id,
                    role=membership.role,
                    metric=metric.key,
                    week=week,
                )
                if target is not None:
                    ramp = ramp_percent(target.ramp, started_on=self._user.started_on, week=week)
                    totals[metric.key] += fifths * target.per_week * ramp


def _weeks(period: Period) -> Iterable[date]:
    """The Mondays of the weeks that have any day in the period."""
    week = monday_of(period.first)
    while week <= period.last:
        yield week
        week += WEEK


def _rounded(total: int) -> int:
    """Percent of fifths as a number: rounded half up, and at least 1."""
    return max(1, (2 * total + 100 * WORKDAYS_PER_WEEK) // (200 * WORKDAYS_PER_WEEK))


class _DaysOff:
    """Leave and public holidays."""

    def __init__(self, session: Session, first: date, last: date, *, user_ids: Collection[int]) -> None:
        self._leaves: dict[int, list[Leave]] = defaultdict(list)
        for leave in queries.leaves_between(session, first, last, user_ids=user_ids):
            self._leaves[leave.user_id].append(leave)
        self._holidays = {(one.day, one.region) for one in queries.holidays_between(session, first, last)}
        self._holiday_days = {day for day, _ in self._holidays}
        self._regions = team_regions(session) if self._holidays else {}
        self._default_region = queries.organisation_region(session)

    def has_leave(self, user_id: int) -> bool:
        return bool(self._leaves.get(user_id))

    def region_of(self, team_id: int | None) -> str | None:
        """None if there are no holidays in these days."""
        return self._regions.get(team_id or 0, self._default_region) if self._holidays else None

    def touch(self, first: date, last: date, *, user_id: int) -> bool:
        """Whether any day off may lie in these days; of holidays, those of all regions."""
        return any(
            leave.starts_on <= last and (leave.ends_on is None or first <= leave.ends_on)
            for leave in self._leaves.get(user_id, ())
        ) or any(first <= day <= last for day in self._holiday_days)

    def includes(self, day: date, *, user_id: int, team_id: int | None) -> bool:
        if any(
            leave.starts_on <= day and (leave.ends_on is None or day <= leave.ends_on)
            for leave in self._leaves.get(user_id, ())
        ):
            return True
        region = self.region_of(team_id)
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
