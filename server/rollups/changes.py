"""Adding to the sums, in the transaction of what is summed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.core.database.upsert import insert_into
from server.core.weeks import Calendar
from server.people.models import Membership, User
from server.people.queries import get_calendar
from server.people.standard_metrics import LEDGER_METRIC
from server.rollups.models import NO_TEAM, PersonWeek, TeamWeek
from server.rollups.sources import Change
from server.rollups.weeks import part_of_week

#: Person, first day, team and kind; count and value.
Cell = tuple[int, date, int, str]
Sums = dict[Cell, tuple[int, int]]
#: By team, first day and kind; count, value and people.
TeamSums = dict[tuple[int, date, str], list[int]]

#: Key in ``Session.info`` of what is added at the commit.
_DEFERRED = "rollup_changes"


def add_at_commit(session: Session, changes: Iterable[Change]) -> None:
    """As ``add``, for transactions that write many rows: the sums of a team, which others wait for, are locked at the end, and
    only once."""
    session.info.setdefault(_DEFERRED, []).extend(changes)
    if session.in_nested_transaction():
        # Which may be rolled back alone.
        settle(session)


def settle(session: Session) -> None:
    """Adds what is left for the commit. Call it before reading the sums."""
    add(session, session.info.pop(_DEFERRED, ()))


def forget(session: Session) -> None:
    session.info.pop(_DEFERRED, None)


def add(session: Session, changes: Collection[Change]) -> None:
    """Adds to the sums. The changes are in the team that the person is in on that day."""
    if not changes:
        return
    # Whoever changes memberships holds these rows, so that the teams below are the ones that count.
    lock_people(session, {change.user_id for change in changes}, exclusively=False)
    cells = {cell: sums for cell, sums in sum_up(session, changes).items() if sums != (0, 0)}
    write_teams(session, _add_to_people(session, cells))


def lock_people(session: Session, user_ids: Collection[int], *, exclusively: bool) -> None:
    people = select(User.id).where(User.id.in_(user_ids)).order_by(User.id)
    session.execute(people.with_for_update(key_share=True, read=not exclusively)).all()


def sum_up(session: Session, changes: Iterable[Change]) -> Sums:
    """By cell. The people are locked."""
    changes = list(changes)
    calendar, teams = get_calendar(session), _Teams(session, {change.user_id for change in changes})
    sums: dict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    days = _Days(calendar)
    for change in changes:
        day, part = days.find(change)
        cell = sums[change.user_id, part, teams.find(change.user_id, day), change.kind]
        cell[0] += change.count
        cell[1] += change.value
    return {cell: (count, value) for cell, (count, value) in sums.items()}


class _Days:
    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._parts: dict[date, date] = {}

    def find(self, change: Change) -> tuple[date, date]:
        """The day, and the first day of its part of the week."""
        day = self._calendar.day_of(change.moment)
        if day not in self._parts:
            self._parts[day] = part_of_week(day)
        return day, self._parts[day]


class _Teams:
    def __init__(self, session: Session, user_ids: Collection[int]) -> None:
        columns = Membership.user_id, Membership.team_id, Membership.starts_on, Membership.ends_on
        self._memberships: dict[int, list[tuple[int | None, date, date]]] = defaultdict(list)
        for user_id, team_id, starts_on, ends_on in session.execute(select(*columns).where(Membership.user_id.in_(user_ids))):
            self._memberships[user_id].append((team_id, starts_on, ends_on or date.max))

    def find(self, user_id: int, day: date) -> int:
        for team_id, starts_on, ends_on in self._memberships[user_id]:
            if starts_on <= day <= ends_on:
                return team_id or NO_TEAM
        return NO_TEAM


def is_counted(kind: str, count: int, value: int) -> bool:
    """Whether somebody with these sums counts as active. Entries of the ledger may cancel each other."""
    return value != 0 if kind == LEDGER_METRIC else (count, value) != (0, 0)


def _add_to_people(session: Session, cells: Sums) -> Mapping[Cell, tuple[int, int, int]]:
    """Returns the cells with count, value, and how many people more or less they are of."""
    table = PersonWeek
    rows = [_row(cell, cells[cell]) for cell in sorted(cells)]
    statement = insert_into(session, table)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "starts_on", "team_id", "kind"],
        set_={"count": table.count + statement.excluded.count, "value": table.value + statement.excluded.value},
    ).returning(table.user_id, table.starts_on, table.team_id, table.kind, table.count, table.value)
    changed = {}
    for *key, count, value in session.connection().execute(statement, rows) if rows else ():
        cell: Cell = tuple(key)
        added = cells[cell]
        before = is_counted(cell[3], count - added[0], value - added[1])
        changed[cell] = (*added, is_counted(cell[3], count, value) - before)
    return changed


def stored_sums(session: Session, user_ids: Collection[int]) -> Sums:
    """What is stored about these people."""
    columns = PersonWeek.user_id, PersonWeek.starts_on, PersonWeek.team_id, PersonWeek.kind, PersonWeek.count, PersonWeek.value
    rows = session.execute(select(*columns).where(PersonWeek.user_id.in_(user_ids)))
    return {(user_id, starts_on, team_id, kind): (count, value) for user_id, starts_on, team_id, kind, count, value in rows}


def replace(session: Session, user_ids: Collection[int], cells: Sums) -> None:
    """Replaces all sums of these people, who are locked."""
    stored = stored_sums(session, user_ids)
    changed = {}
    for cell in stored.keys() | cells.keys():
        (old_count, old_value), (count, value) = stored.get(cell, (0, 0)), cells.get(cell, (0, 0))
        if (old_count, old_value) != (count, value):
            people = is_counted(cell[3], count, value) - is_counted(cell[3], old_count, old_value)
            changed[cell] = (count - old_count, value - old_value, people)
    if not changed:
        return
    session.connection().execute(delete(PersonWeek).where(PersonWeek.user_id.in_(user_ids)))
    rows = [_row(cell, sums) for cell, sums in sorted(cells.items()) if sums != (0, 0)]
    if rows:
        session.connection().execute(insert(PersonWeek), rows)
    write_teams(session, changed)


def add_to_teams(sums: TeamSums, cells: Mapping[Cell, tuple[int, int, int]]) -> None:
    """``cells`` with count, value and people."""
    for (_, starts_on, team_id, kind), numbers in cells.items():
        if team_id != NO_TEAM:
            sums[team_id, starts_on, kind] = [a + b for a, b in zip(sums[team_id, starts_on, kind], numbers, strict=True)]


def write_teams(session: Session, cells: Mapping[Cell, tuple[int, int, int]]) -> None:
    """Adds to the sums of teams: count, value and people. Always in the same order, so that two transactions never wait for
    each other."""
    sums: TeamSums = defaultdict(lambda: [0, 0, 0])
    add_to_teams(sums, cells)
    rows = [
        {"team_id": team_id, "starts_on": starts_on, "kind": kind, "count": count, "value": value, "people": people}
        for (team_id, starts_on, kind), (count, value, people) in sorted(sums.items())
        if (count, value, people) != (0, 0, 0)
    ]
    if not rows:
        return
    table, statement = TeamWeek, insert_into(session, TeamWeek)
    added = statement.excluded
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["team_id", "starts_on", "kind"],
            set_={name: getattr(table, name) + getattr(added, name) for name in ("count", "value", "people")},
        ),
        rows,
    )


def _row(cell: Cell, sums: tuple[int, int]) -> dict[str, Any]:
    user_id, starts_on, team_id, kind = cell
    return {
        "user_id": user_id, "starts_on": starts_on, "team_id": team_id, "kind": kind, "count": sums[0], "value": sums[1],
    }  # fmt: skip
