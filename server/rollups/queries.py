"""Reading the sums. Only if ``state.is_complete``, and after ``changes.settle``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from server.rollups.models import PersonWeek, TeamWeek


def sums_of_people(
    session: Session,
    *,
    starts: Collection[date],
    kinds: Collection[str],
    team_ids: Collection[int] | None = None,
    user_id: int | None = None,
) -> Iterable[Row[int, int, str, date, int, int]]:
    """Team, person, kind, first day, count and value; limited to ``team_ids`` and to one person, if given."""
    columns = (
        PersonWeek.team_id, PersonWeek.user_id, PersonWeek.kind, PersonWeek.starts_on, PersonWeek.count, PersonWeek.value,
    )  # fmt: skip
    query = select(*columns).where(PersonWeek.starts_on.in_(starts), PersonWeek.kind.in_(kinds))
    if team_ids is not None:
        query = query.where(PersonWeek.team_id.in_(team_ids))
    if user_id is not None:
        query = query.where(PersonWeek.user_id == user_id)
    return session.execute(query)


def sums_of_teams(
    session: Session, *, starts: Collection[date], kinds: Collection[str], team_ids: Collection[int]
) -> Sequence[Row[int, str, date, int, int, int]]:
    """Team, kind, first day, count, value and people."""
    columns = TeamWeek.team_id, TeamWeek.kind, TeamWeek.starts_on, TeamWeek.count, TeamWeek.value, TeamWeek.people
    query = select(*columns).where(TeamWeek.starts_on.in_(starts), TeamWeek.kind.in_(kinds), TeamWeek.team_id.in_(team_ids))
    return session.execute(query).all()
