"""Reads of what reps chose for their coaching."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coaching.models import CoachPreference
from server.people.models import User


def find_preference(session: Session, *, user_id: int) -> CoachPreference | None:
    return session.get(CoachPreference, user_id)


def active_users_rules(session: Session) -> Sequence[tuple[list[str], list[str]]]:
    """Of each active user with a preference: the rules turned off, and the rules of which a tip was ignored."""
    rows = session.execute(
        select(CoachPreference.rules_off, CoachPreference.rules_ignored)
        .join(User, User.id == CoachPreference.user_id)
        .where(User.is_active)
    )
    return [(rules_off, rules_ignored) for rules_off, rules_ignored in rows]
