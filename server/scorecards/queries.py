"""Queries of weekly numbers and counted items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.kinds import SALES_KINDS, SOCIAL_KINDS
from server.core.weeks import end_of, start_of, week_index
from server.credit.models import LedgerEntry

#: By person and metric: one number per week.
WeeklyNumbers = Mapping[int, Mapping[str, Sequence[int]]]


def weekly_numbers(
    session: Session,
    weeks: tuple[date, ...],
    *,
    user_id: int | None = None,
    team_ids: Collection[int] | None = None,
) -> WeeklyNumbers:
    """Sums by person, metric and week, limited to one person or to what was recorded in ``team_ids``, if given. Zeros for a
    person or metric without numbers."""
    numbers: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * len(weeks)))
    activity_week = week_index(Activity.occurred_at, weeks)
    activities = (
        select(Activity.user_id, Activity.kind, activity_week, func.sum(Activity.count))
        .where(Activity.kind.in_(SALES_KINDS), Activity.state == "counted", *_conditions(Activity, weeks, user_id, team_ids))
        .group_by(Activity.user_id, Activity.kind, activity_week)
    )
    for person_id, kind, index, total in session.execute(activities):
        numbers[person_id][kind][index] = int(total)
    entry_week = week_index(LedgerEntry.occurred_at, weeks)
    credit = (
        select(LedgerEntry.account_id, entry_week, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.ledger == "effort", *_conditions(LedgerEntry, weeks, user_id, team_ids))
        .group_by(LedgerEntry.account_id, entry_week)
    )
    for person_id, index, total in session.execute(credit):
        numbers[person_id]["credit"][index] = int(total)
    return numbers


def people_by_team(session: Session, weeks: tuple[date, ...], *, team_ids: Collection[int]) -> dict[int, set[int]]:
    """Who has any number in these weeks, by team; a team does not include the teams below it."""
    activities = (
        select(Activity.user_id, Activity.team_id)
        .where(Activity.kind.in_(SALES_KINDS), Activity.state == "counted", *_conditions(Activity, weeks, None, team_ids))
        .distinct()
    )
    credit = (
        select(LedgerEntry.account_id, LedgerEntry.team_id)
        .where(LedgerEntry.ledger == "effort", *_conditions(LedgerEntry, weeks, None, team_ids))
        .distinct()
    )
    people: dict[int, set[int]] = defaultdict(set)
    for query in (activities, credit):
        for person_id, team_id in session.execute(query):
            if team_id is not None:
                people[team_id].add(person_id)
    return people


def counted_items(
    session: Session, *, user_id: int, weeks: tuple[date, ...], team_ids: Collection[int] | None
) -> Sequence[Activity]:
    """The person's shared items that counted in these weeks, newest first."""
    return session.scalars(
        select(Activity)
        .where(Activity.kind.in_(SOCIAL_KINDS), Activity.state == "counted", *_conditions(Activity, weeks, user_id, team_ids))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    ).all()


def _conditions(
    table: type[Activity | LedgerEntry],
    weeks: tuple[date, ...],
    user_id: int | None,
    team_ids: Collection[int] | None,
) -> list[ColumnElement[bool]]:
    conditions = [table.occurred_at >= start_of(weeks[0]), table.occurred_at < end_of(weeks[-1])]
    if user_id is not None:
        person_id = LedgerEntry.account_id if table is LedgerEntry else Activity.user_id
        conditions.append(person_id == user_id)
    if team_ids is not None:
        conditions.append(table.team_id.in_(team_ids))
    return conditions
