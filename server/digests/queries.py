"""Queries of who gets the weekly digest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.digests.models import DigestSetting
from server.people.models import User

#: Administrators look after Repute. Whoever leads sales is the manager of a team with teams below it.
ROLES = ("rep", "manager")


def setting_of(session: Session, *, user_id: int) -> DigestSetting | None:
    return session.get(DigestSetting, user_id)


def possible_readers(session: Session) -> Sequence[tuple[User, DigestSetting | None]]:
    """Active people with a role that gets digests, except the invented ones of the demonstration and those who stopped
    theirs, with their settings."""
    query = (
        select(User, DigestSetting)
        .outerjoin(DigestSetting, DigestSetting.user_id == User.id)
        .where(User.is_active.is_(True), User.is_demonstration.is_(False), User.role.in_(ROLES))
        .where(DigestSetting.is_stopped.is_not(True))
        .order_by(User.id)
    )
    return [(user, setting) for user, setting in session.execute(query)]
