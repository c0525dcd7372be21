"""Time that an organisation allows a team for social work: who has how much from when on, and setting it.

It is a statement to the team, so that nobody does this work on the side. Repute records no working time and compares the
allowance with nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import field_problem, not_found
from server.people import queries
from server.people.models import Team, TimeAllowance
from server.people.targets import EARLIEST

#: 40 hours.
MAX_MINUTES = 2_400


@dataclass(frozen=True, slots=True)
class Allowance:
    """``minutes`` per person and week, more than 0, ``since`` a Monday. ``team_id``: for which it was set, the team itself or
    one above it."""

    minutes: int
    since: date
    team_id: int


def find_allowance(session: Session, *, team_id: int | None, week: date) -> Allowance | None:
    """What applies to a team in a week: that of the nearest team, going up the tree. None without one, or if it was ended."""
    return find_allowances(session, team_ids=[team_id] if team_id else [], week=week).get(team_id or 0)


def find_allowances(session: Session, *, team_ids: Iterable[int], week: date) -> dict[int, Allowance]:
    """By team id; no entry for a team without one."""
    parents = {team.id: team.parent_id for team in queries.all_teams(session)}
    valid = {row.team_id: row for row in queries.time_allowances_until(session, day=week)}
    found = {team_id: _nearest(team_id, parents, valid) for team_id in team_ids}
    return {
        team_id: Allowance(row.minutes_per_week, row.valid_from, row.team_id)
        for team_id, row in found.items()
        if row is not None and row.minutes_per_week
    }


def _nearest(
    team_id: int | None, parents: Mapping[int, int | None], valid: Mapping[int, TimeAllowance]
) -> TimeAllowance | None:
    while team_id is not None:
        if team_id in valid:
            return valid[team_id]
        team_id = parents.get(team_id)
    return None


def own_allowance(session: Session, *, user_id: int) -> Allowance | None:
    """What applies to the team in which the person is today."""
    calendar = queries.get_calendar(session)
    team_id = queries.team_on(session, user_id=user_id, day=calendar.today())
    return find_allowance(session, team_id=team_id, week=calendar.this_monday())


def set_allowance(session: Session, *, team_id: int | None, minutes: int, valid_from: date) -> None:
    """Sets the allowance of a team and the teams below it from a Monday on; 0 ends it, also one that a team above has. Replaces
    an allowance of the same team and Monday. Setting what is set already changes nothing."""
    if team_id is None or session.get(Team, team_id) is None:
        raise field_problem("team", "must be one of the teams")
    if not 0 <= minutes <= MAX_MINUTES:
        raise field_problem("minutes", f"must be from 0 to {MAX_MINUTES} minutes", limit=MAX_MINUTES)
    if valid_from.weekday() != 0 or valid_from < EARLIEST:
        raise field_problem("valid_from", "must be a Monday, because the time is per week")
    row = session.scalar(select(TimeAllowance).where(TimeAllowance.team_id == team_id, TimeAllowance.valid_from == valid_from))
    before = row.minutes_per_week if row else None
    if before == minutes:
        return
    if row is None:
        row = TimeAllowance(team_id=team_id, valid_from=valid_from, minutes_per_week=minutes)
        session.add(row)
    row.minutes_per_week = minutes
    session.flush()
    _record(session, row, before, minutes)


def delete_allowance(session: Session, *, allowance_id: int) -> None:
    """For one entered by mistake; to end one, set it to 0 from a Monday on."""
    row = session.get(TimeAllowance, allowance_id)
    if row is None:
        raise not_found()
    session.delete(row)
    session.flush()
    _record(session, row, row.minutes_per_week, None)


def _record(session: Session, row: TimeAllowance, before: int | None, after: int | None) -> None:
    changes = {f"minutes per week from {row.valid_from.isoformat()}": (before, after)}
    audit.record(session, action="time-allowance.set", object_type="team", object_id=row.team_id, changes=changes)
