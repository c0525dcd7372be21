"""Queries on the organisation, teams, people, memberships, absences, targets, time allowances and acknowledgements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.core.weeks import UTC_CALENDAR, Calendar
from server.people.models import (
    Acknowledgement,
    Holiday,
    Leave,
    Membership,
    Metric,
    Organisation,
    StaffNotice,
    Target,
    Team,
    TimeAllowance,
    User,
    WeightSet,
)

MANY_IDS = 1_000


def get_organisation(session: Session) -> Organisation:
    """The single row; raises ``NoResultFound`` before it is created."""
    return session.scalars(select(Organisation)).one()


def lock_organisation(session: Session) -> Organisation:
    """The single row as it is now, locked until the transaction ends."""
    return session.scalars(select(Organisation).with_for_update().execution_options(populate_existing=True)).one()


def is_set_up(session: Session) -> bool:
    return session.scalar(select(Organisation.id).limit(1)) is not None


def get_calendar(session: Session) -> Calendar:
    """Days and weeks in the organisation's time zone."""
    time_zone = session.scalar(select(Organisation.time_zone))
    return Calendar(ZoneInfo(time_zone)) if time_zone else UTC_CALENDAR


def user_by_email(session: Session, *, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def users_by_email(session: Session, emails: Iterable[str]) -> dict[str, User]:
    """Keyed by lower-case e-mail address; those who have left included."""
    addresses = {email.lower() for email in emails}
    return {user.email: user for user in session.scalars(select(User).where(User.email.in_(addresses)))}


def active_user(session: Session, *, user_id: int) -> User | None:
    return session.scalar(select(User).where(User.id == user_id, User.is_active.is_(True)))


def all_users(session: Session) -> Sequence[User]:
    """Ordered by name."""
    return session.scalars(select(User).order_by(func.lower(User.name), User.id)).all()


def users_by_id(session: Session, *, user_ids: Collection[int]) -> dict[int, User]:
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(user_ids)))}


def lock_user(session: Session, *, user_id: int) -> User | None:
    """The user as stored now; whoever changes the same person's memberships or absences waits until this transaction ends."""
    return session.scalar(select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True))


def user_names(session: Session, *, user_ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def active_admins_for_update(session: Session) -> Sequence[int]:
    """Ids of the active administrators, locked until the transaction ends, always in the same order."""
    return session.scalars(
        select(User.id).where(User.role == "admin", User.is_active.is_(True)).order_by(User.id).with_for_update()
    ).all()


def count_active_admins(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(User).where(User.role == "admin", User.is_active.is_(True))).one()


def all_user_names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(User.id, User.name))}


def all_teams(session: Session) -> Sequence[Team]:
    """Ordered by name."""
    return session.scalars(select(Team).order_by(Team.name, Team.id)).all()


def team_name(session: Session, *, team_id: int | None) -> str:
    """Empty without a team."""
    return (session.scalar(select(Team.name).where(Team.id == team_id)) if team_id else None) or ""


def subtree(session: Session, *, team_id: int) -> frozenset[int]:
    """Ids of the team and all teams below it in the current tree."""
    below = select(Team.id).where(Team.id == team_id).cte("below", recursive=True)
    below = below.union(select(Team.id).join(below, Team.parent_id == below.c.id))
    return frozenset(session.scalars(select(below.c.id)))


def child_teams(session: Session, *, team_id: int) -> Sequence[Team]:
    return session.scalars(select(Team).where(Team.parent_id == team_id)).all()


def lock_teams(session: Session) -> None:
    """Whoever changes the tree of teams waits until this transaction ends, so that two moves cannot form a loop."""
    session.execute(select(Organisation.id).with_for_update())


# --- memberships and absences -----------------------------------------------------------------------------------------


def _overlaps(table: type[Membership | Leave], first: date, last: date) -> ColumnElement[bool]:
    return (table.starts_on <= last) & or_(table.ends_on.is_(None), table.ends_on >= first)


def memberships_between(
    session: Session,
    first: date,
    last: date,
    *,
    user_id: int | None = None,
    team_ids: Collection[int] | None = None,
    role: str | None = None,
) -> Sequence[Membership]:
    """Those that include any day from ``first`` to ``last``, limited to one person, to ``team_ids`` and to a role if given, by
    start."""
    query = _memberships(select(Membership), first, last, user_id=user_id, team_ids=team_ids)
    return session.scalars(query if role is None else query.where(Membership.role == role)).all()


def _memberships(query: Any, first: date, last: date, *, user_id: int | None, team_ids: Collection[int] | None) -> Any:
    query = query.where(_overlaps(Membership, first, last)).order_by(Membership.starts_on, Membership.id)
    if user_id is not None:
        query = query.where(Membership.user_id == user_id)
    return query if team_ids is None else query.where(Membership.team_id.in_(team_ids))


class RosterMembership(NamedTuple):
    """As ``Membership``; ``team_id`` is None for somebody who was never in any team."""

    id: int | None
    user_id: int
    team_id: int | None
    role: str
    starts_on: date
    ends_on: date | None


class RosterUser(NamedTuple):
    """What a roster needs of a ``User``: of thousands, reading whole rows as objects takes most of the time."""

    id: int
    name: str
    is_active: bool
    started_on: date | None


def roster_memberships(
    session: Session,
    first: date,
    last: date,
    *,
    user_id: int | None = None,
    user_ids: Collection[int] | None = None,
    team_ids: Collection[int] | None = None,
    only_changes: bool = False,
) -> Sequence[RosterMembership]:
    """As ``memberships_between``; ``user_ids``: of some people. ``only_changes``: without those that include all these
    days."""
    columns = (
        Membership.id, Membership.user_id, Membership.team_id, Membership.role, Membership.starts_on, Membership.ends_on,
    )  # fmt: skip
    query = _memberships(select(*columns), first, last, user_id=user_id, team_ids=team_ids)
    if user_ids is not None:
        query = query.where(Membership.user_id.in_(user_ids))
    if only_changes:
        query = query.where(or_(Membership.starts_on > first, Membership.ends_on < last))
    return [RosterMembership(*row) for row in session.execute(query)]


def roster_users(session: Session, *, user_ids: Collection[int]) -> dict[int, RosterUser]:
    columns = User.id, User.name, User.is_active, User.started_on
    rows = session.execute(select(*columns).where(is_among(User.id, user_ids)))
    return {row.id: RosterUser(*row) for row in rows if row.id in user_ids}


def is_among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """That the column is one of ``ids``; if they are so many that to send them takes longer than to read the others, nothing.
    The caller leaves out the others."""
    return column.in_(ids) if len(ids) <= MANY_IDS else true()


def memberships_of(session: Session, *, user_id: int) -> Sequence[Membership]:
    """A person's whole history, oldest first."""
    return session.scalars(select(Membership).where(Membership.user_id == user_id).order_by(Membership.starts_on)).all()


def membership_on(session: Session, *, user_id: int, day: date) -> Membership | None:
    return session.scalar(select(Membership).where(Membership.user_id == user_id, _overlaps(Membership, day, day)))


def team_on(session: Session, *, user_id: int, day: date) -> int | None:
    """Id of the person's team on that day."""
    return session.scalar(select(Membership.team_id).where(Membership.user_id == user_id, _overlaps(Membership, day, day)))


def has_memberships(session: Session, *, team_id: int) -> bool:
    return session.scalar(select(Membership.id).where(Membership.team_id == team_id).limit(1)) is not None


def leaves_between(session: Session, first: date, last: date, *, user_ids: Collection[int]) -> Sequence[Leave]:
    wanted = frozenset(user_ids)
    leaves = session.scalars(select(Leave).where(_overlaps(Leave, first, last), is_among(Leave.user_id, wanted)))
    return [leave for leave in leaves if leave.user_id in wanted]


def leaves_of(session: Session, *, user_id: int) -> Sequence[Leave]:
    """Newest first."""
    return session.scalars(select(Leave).where(Leave.user_id == user_id).order_by(Leave.starts_on.desc())).all()


def holidays_between(session: Session, first: date, last: date) -> Sequence[Holiday]:
    """Without deleted ones."""
    in_between = (Holiday.day >= first, Holiday.day <= last, Holiday.is_deleted.is_(False))
    return session.scalars(select(Holiday).where(*in_between).order_by(Holiday.day, Holiday.region)).all()


def all_holidays(session: Session) -> Sequence[Holiday]:
    """Newest first, deleted ones too."""
    return session.scalars(select(Holiday).order_by(Holiday.day.desc(), Holiday.region)).all()


def holidays_of_region(session: Session, *, region: str, year: int) -> dict[date, Holiday]:
    """By day, deleted ones too."""
    in_year = (Holiday.day >= date(year, 1, 1), Holiday.day <= date(year, 12, 31))
    return {one.day: one for one in session.scalars(select(Holiday).where(Holiday.region == region, *in_year))}


def organisation_region(session: Session) -> str | None:
    """Whose public holidays apply in teams without a region."""
    return session.scalar(select(Organisation.region))


# --- targets ----------------------------------------------------------------------------------------------------------


def targets_until(session: Session, *, day: date) -> Sequence[Target]:
    """All targets valid from ``day`` or earlier, oldest first."""
    return session.scalars(select(Target).where(Target.valid_from <= day).order_by(Target.valid_from)).all()


def all_targets(session: Session) -> Sequence[Target]:
    """Newest first."""
    return session.scalars(select(Target).order_by(Target.valid_from.desc(), Target.id.desc())).all()


def all_weight_sets(session: Session) -> Sequence[WeightSet]:
    """Newest first."""
    return session.scalars(select(WeightSet).order_by(WeightSet.valid_from.desc())).all()


# --- time allowances --------------------------------------------------------------------------------------------------


def time_allowances_until(session: Session, *, day: date) -> Sequence[TimeAllowance]:
    """All valid from ``day`` or earlier, oldest first, those that have been replaced too."""
    query = select(TimeAllowance).where(TimeAllowance.valid_from <= day).order_by(TimeAllowance.valid_from)
    return session.scalars(query).all()


def time_allowances_of(session: Session, *, team_ids: Collection[int]) -> Sequence[TimeAllowance]:
    """Newest first."""
    query = select(TimeAllowance).where(TimeAllowance.team_id.in_(team_ids))
    return session.scalars(query.order_by(TimeAllowance.valid_from.desc(), TimeAllowance.id.desc())).all()


def has_target(session: Session, *, metric: str) -> bool:
    return session.scalar(select(Target.id).where(Target.metric == metric).limit(1)) is not None


# --- metrics ----------------------------------------------------------------------------------------------------------


def all_metrics(session: Session) -> list[Metric]:
    """In the order of the scorecards, archived ones last."""
    rows = session.scalars(select(Metric).order_by(Metric.archived_at.is_not(None), Metric.position, Metric.key))
    return list(rows)


def active_metrics(session: Session) -> list[Metric]:
    """In the order of the scorecards."""
    return [metric for metric in all_metrics(session) if metric.archived_at is None]


# --- acknowledgements -------------------------------------------------------------------------------------------------


def has_acknowledged(session: Session, *, user_id: int, notice_version: str) -> bool:
    return (
        session.scalar(
            select(Acknowledgement.id).where(
                Acknowledgement.user_id == user_id, Acknowledgement.notice_version == notice_version
            )
        )
        is not None
    )


def acknowledged_at(session: Session, *, user_id: int) -> datetime | None:
    """When the user acknowledged the current notice, if ever."""
    return session.scalar(
        select(Acknowledgement.at)
        .join(Organisation, Organisation.notice_version == Acknowledgement.notice_version)
        .where(Acknowledgement.user_id == user_id)
    )


def notice_addition(session: Session) -> str:
    """What the organisation added to the current notice; empty if nothing."""
    return (
        session.scalar(select(StaffNotice.addition).join(Organisation, Organisation.notice_version == StaffNotice.version))
        or ""
    )


def notice_versions_of_day(session: Session, *, day: date) -> int:
    """How many versions of the notice were published under that day's name."""
    name = day.isoformat()
    of_day = or_(StaffNotice.version == name, StaffNotice.version.startswith(f"{name}."))
    return session.scalars(select(func.count()).select_from(StaffNotice).where(of_day)).one()


def notice_readers(session: Session) -> Sequence[tuple[str, str, datetime | None]]:
    """Name, role and when they acknowledged the current notice, of every active person; those who have not come first."""
    version = select(Organisation.notice_version).scalar_subquery()
    rows = session.execute(
        select(User.name, User.role, Acknowledgement.at)
        .outerjoin(Acknowledgement, and_(Acknowledgement.user_id == User.id, Acknowledgement.notice_version == version))
        .where(User.is_active.is_(True))
        .order_by(Acknowledgement.at.is_not(None), func.lower(User.name), User.id)
    )
    return [(name, role, at) for name, role, at in rows]
