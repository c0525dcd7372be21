"""Reads about what a rep told the coach."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coaching.models import CoachPreference
from server.people.models import User
from server.privacy.models import Acknowledgement

#: No count over fewer people (product.md C16).
FLOOR = 5


def preference(session: Session, *, user_id: int) -> CoachPreference | None:
    return session.get(CoachPreference, user_id)


def acknowledged(session: Session, *, user_id: int, notice_version: str) -> bool:
    return (
        session.scalar(
            select(Acknowledgement.id).where(
                Acknowledgement.user_id == user_id, Acknowledgement.notice_version == notice_version
            )
        )
        is not None
    )


def turned_off(session: Session) -> dict[str, int]:
    """How many active people turned a rule off for themselves, in steps of ``FLOOR``; rules that fewer turned off are left
    out, so that nobody is told by it."""
    rows = session.scalars(
        select(CoachPreference.rules_off).join(User, User.id == CoachPreference.user_id).where(User.is_active)
    )
    counts = Counter(rule for rules in rows for rule in rules)
    return {rule: count // FLOOR * FLOOR for rule, count in counts.most_common() if count >= FLOOR}
