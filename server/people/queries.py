"""Queries on the organisation, teams, people, targets and acknowledgements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from server.people.models import Acknowledgement, Organisation, StaffNotice, Target, Team, User


def get_organisation(session: Session) -> Organisation:
    """The single row; raises ``NoResultFound`` before it is created."""
    return session.scalars(select(Organisation)).one()


def lock_organisation(session: Session) -> Organisation:
    """The single row as it is now, locked until the transaction ends."""
    return session.scalars(select(Organisation).with_for_update().execution_options(populate_existing=True)).one()


def is_set_up(session: Session) -> bool:
    return session.scalar(select(Organisation.id).limit(1)) is not None


def user_by_email(session: Session, *, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def active_users_by_email(session: Session, emails: Iterable[str]) -> dict[str, User]:
    """Keyed by lower-case e-mail address."""
    addresses = {email.lower() for email in emails}
    users = session.scalars(select(User).where(User.email.in_(addresses), User.is_active.is_(True)))
    return {user.email: user for user in users}


def active_user(session: Session, *, user_id: int) -> User | None:
    return session.scalar(select(User).where(User.id == user_id, User.is_active.is_(True)))


def active_reps(session: Session, *, team_ids: Collection[int]) -> Sequence[User]:
    """Ordered by name."""
    return session.scalars(
        select(User)
        .where(User.team_id.in_(team_ids), User.is_active.is_(True), User.role == "rep")
        .order_by(func.lower(User.name), User.id)
    ).all()


def user_names(session: Session, *, user_ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def active_admins_for_update(session: Session) -> Sequence[int]:
    """Ids of the active administrators, locked until the transaction ends, always in the same order."""
    return session.scalars(
        select(User.id).where(User.role == "admin", User.is_active.is_(True)).order_by(User.id).with_for_update()
    ).all()


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


def targets_until(session: Session, *, week: date) -> Sequence[Target]:
    """All targets valid from ``week`` or earlier, oldest first."""
    return session.scalars(select(Target).where(Target.valid_from <= week).order_by(Target.valid_from)).all()


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
