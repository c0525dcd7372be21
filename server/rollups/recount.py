"""Recounting the sums from what they are of: of some people, of everybody, or to compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.core.database.session import unit_of_work
from server.people.models import User
from server.people.queries import get_calendar
from server.rollups import changes, state
from server.rollups.changes import TeamSums
from server.rollups.models import TeamWeek
from server.rollups.sources import read_all
from server.rollups.state import State

#: Few enough that others who write do not wait for long.
PEOPLE_AT_ONCE = 50


def recount(session: Session, user_ids: Collection[int]) -> None:
    """Replaces the sums of these people, for example after their memberships changed."""
    changes.settle(session)
    changes.lock_people(session, user_ids, exclusively=True)
    changes.replace(session, user_ids, changes.sum_up(session, read_all(session, sorted(user_ids))))


def begin_rebuild(session: Session) -> None:
    """Everybody is recounted by ``rebuild``. Until then pages read the records and the ledger."""
    state.write(session, State(get_calendar(session).zone.key, 0))


def continue_rebuild(session: Session) -> bool:
    """Recounts some people. Returns whether there are more."""
    current = state.read(session, lock=True)
    if current is None:
        begin_rebuild(session)
        return True
    if current.next_user_id is None:
        return False
    people = select(User.id).where(User.id >= current.next_user_id).order_by(User.id).limit(PEOPLE_AT_ONCE)
    user_ids = session.scalars(people).all()
    if user_ids:
        recount(session, user_ids)
    state.write(session, State(current.zone, user_ids[-1] + 1 if user_ids else None))
    return bool(user_ids)


def rebuild(engine: Engine) -> None:
    """In several transactions, so that others can write in between. Continues a rebuild that was interrupted."""
    is_unfinished = True
    while is_unfinished:
        with unit_of_work(engine) as session:
            is_unfinished = continue_rebuild(session)


def find_differences(session: Session) -> Iterator[str]:
    """Where the sums are not what they should be, in words. Nothing while they are being rebuilt."""
    changes.settle(session)
    if not state.is_complete(session, zone=get_calendar(session).zone.key):
        return
    teams: TeamSums = defaultdict(lambda: [0, 0, 0])
    everybody = session.scalars(select(User.id).order_by(User.id)).all()
    for start in range(0, len(everybody), PEOPLE_AT_ONCE):
        user_ids = everybody[start : start + PEOPLE_AT_ONCE]
        right = changes.sum_up(session, read_all(session, list(user_ids)))
        stored = changes.stored_sums(session, user_ids)
        for cell in sorted(right.keys() | stored.keys()):
            expected, found = right.get(cell, (0, 0)), stored.get(cell, (0, 0))
            if expected != found:
                user_id, starts_on, team_id, kind = cell
                where = f"person {user_id}, {starts_on}, team {team_id}, {kind}"
                yield "{}: {} ({}), not {} ({})".format(where, *found, *expected)
        changes.add_to_teams(teams, {cell: (*sums, changes.is_counted(cell[3], *sums)) for cell, sums in right.items()})
    yield from _differences_of_teams(session, teams)


def _differences_of_teams(session: Session, right: TeamSums) -> Iterator[str]:
    columns = TeamWeek.team_id, TeamWeek.starts_on, TeamWeek.kind, TeamWeek.count, TeamWeek.value, TeamWeek.people
    stored = {(team_id, starts_on, kind): numbers for team_id, starts_on, kind, *numbers in session.execute(select(*columns))}
    for cell in sorted(right.keys() | stored.keys()):
        expected, found = right.get(cell, [0, 0, 0]), list(stored.get(cell, [0, 0, 0]))
        if expected != found:
            yield "team {}, {}, {}: {} ({}, {} people), not {} ({}, {} people)".format(*cell, *found, *expected)
