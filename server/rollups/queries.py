"""Reading the sums. Only if ``state.is_complete``, and after ``changes.settle``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import BigInteger, Row, cast, func, select
from sqlalchemy.orm import Session

from server.core.database.mapping import mapping_table
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
    session: Session, *, starts: Collection[date], kinds: Collection[str], groups: Mapping[int, int]
) -> Sequence[Row[int, str, date, int, int, int]]:
    """Group, kind, first day, count, value, and the people of its team that has most. ``groups``: by team."""
    group_of = mapping_table(session, groups)
    columns = group_of.c.value, TeamWeek.kind, TeamWeek.starts_on
    sums = func.sum(TeamWeek.count), func.sum(TeamWeek.value), func.max(TeamWeek.people)
    query = (
        select(*columns, *(cast(number, BigInteger) for number in sums))
        .join(group_of, group_of.c.key == TeamWeek.team_id)
        .where(TeamWeek.starts_on.in_(starts), TeamWeek.kind.in_(kinds))
        .group_by(*columns)
    )
    return session.execute(query).all()


def active_people(
    session: Session,
    *,
    starts: Collection[date],
    count_kinds: Collection[str],
    value_kinds: Collection[str],
    groups: Mapping[int, int],
    user_ids: Collection[int] | None = None,
) -> Sequence[Row[int, int]]:
    """Group and person, for everybody whose counts of one of ``count_kinds`` or values of one of ``value_kinds``, added up in
    the group, are not zero; limited to ``user_ids``, if given. ``groups``: by team."""
    group_of = mapping_table(session, groups)
    has_count = PersonWeek.kind.in_(count_kinds) & (func.sum(PersonWeek.count) != 0)
    has_value = PersonWeek.kind.in_(value_kinds) & (func.sum(PersonWeek.value) != 0)
    query = (
        select(group_of.c.value, PersonWeek.user_id)
        .join(group_of, group_of.c.key == PersonWeek.team_id)
        .where(PersonWeek.starts_on.in_(starts), PersonWeek.kind.in_({*count_kinds, *value_kinds}))
        .group_by(group_of.c.value, PersonWeek.user_id, PersonWeek.kind)
        .having(has_count | has_value)
        .distinct()
    )
    return session.execute(query if user_ids is None else query.where(PersonWeek.user_id.in_(user_ids))).all()
