"""Team totals of a week, recomputed from the tables: day by day and row by row, with none of the code that the pages use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from server.people.models import Holiday, Leave, Membership, Target, Team
from server.records.models import Record

#: The titles of the scorecard's figures, and the codes in the tables.
METRICS = {"Calls": "call", "Leads followed up": "lead-followed-up", "Meetings booked": "meeting", "Social credit": "credit"}
Totals = dict[str, tuple[int, int | None]]


class Tables:
    """All rows that totals depend on, as they are now."""

    def __init__(self, engine: Engine, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        with unit_of_work(engine, writes=False) as session:
            tables = (Team, Membership, Target, Holiday, Leave, Record, LedgerEntry)
            rows = [session.scalars(select(table)).all() for table in tables]
            session.expunge_all()
        self.teams, self.memberships, self.targets, self.holidays, self.leaves, self.records, self.entries = rows

    def team_id(self, name: str) -> int:
        return next(team.id for team in self.teams if team.name == name)

    def team_totals(self, name: str, monday: date) -> Totals:
        """By title: the sum, and the sum of the targets if anybody has one."""
        team_ids = self._with_teams_below(self.team_id(name))
        days = [monday + timedelta(days=number) for number in range(7)]
        return {
            title: (self._sum(metric, team_ids, days), self._target(metric, team_ids, days))
            for title, metric in METRICS.items()
        }

    def _with_teams_below(self, team_id: int) -> set[int]:
        return {team_id}.union(*(self._with_teams_below(team.id) for team in self.teams if team.parent_id == team_id))

    def _team_on(self, user_id: int, day: date) -> Membership | None:
        return next((one for one in self.memberships if one.user_id == user_id and _includes(one, day)), None)

    def _is_inside(self, user_id: int, at: datetime, team_ids: Collection[int], days: Iterable[date]) -> bool:
        day = at.astimezone(self._zone).date()
        membership = self._team_on(user_id, day)
        return day in days and membership is not None and membership.team_id in team_ids

    def _sum(self, metric: str, team_ids: Collection[int], days: list[date]) -> int:
        if metric == "credit":
            return sum(
                entry.amount for entry in self.entries if self._is_inside(entry.account_id, entry.occurred_at, team_ids, days)
            )
        return sum(
            record.count
            for record in self.records
            if record.kind == metric and self._is_inside(record.user_id, record.occurred_at, team_ids, days)
        )

    def _target(self, metric: str, team_ids: Collection[int], days: list[date]) -> int | None:
        total = 0
        for user_id in {one.user_id for one in self.memberships}:
            present = [
                membership
                for day in days[:5]
                if (membership := self._team_on(user_id, day)) and membership.team_id in team_ids and membership.role == "rep"
                if not any(holiday.day == day for holiday in self.holidays)
                if not any(leave.user_id == user_id and _includes(leave, day) for leave in self.leaves)
            ]
            weekly = sum(self._per_week(metric, membership.team_id, days[0]) for membership in present)
            total += max(1, int(Fraction(weekly, 5) + Fraction(1, 2))) if weekly else 0
        return total or None

    def _per_week(self, metric: str, team_id: int | None, monday: date) -> int:
        """The target of the nearest team that has one."""
        while team_id is not None:
            valid = [
                target
                for target in self.targets
                if (target.metric, target.team_id) == (metric, team_id) and target.valid_from <= monday
            ]
            if valid:
                return max(valid, key=lambda target: target.valid_from).per_week
            team_id = next(team.parent_id for team in self.teams if team.id == team_id)
        return 0


def _includes(interval: Membership | Leave, day: date) -> bool:
    return interval.starts_on <= day and (interval.ends_on is None or day <= interval.ends_on)
