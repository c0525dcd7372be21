"""Queries of reps' coaching preferences."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coaching.models import CoachPreference
from server.people.models import User


def find_preference(session: Session, *, user_id: int) -> CoachPreference | None:
    return session.get(CoachPreference, user_id)


def preference_for_update(session: Session, *, user_id: int) -> CoachPreference:
    """The person's row, which must exist, locked until the transaction ends."""
    return session.get_one(CoachPreference, user_id, with_for_update=True, populate_existing=True)


def rejected_rules_of_active_users(session: Session) -> Sequence[tuple[list[str], list[str]]]:
    """For each active user with preferences: the rules turned off, and the rules with an ignored tip."""
    rows = session.execute(
        select(CoachPreference.rules_off, CoachPreference.rules_ignored)
        .join(User, User.id == CoachPreference.user_id)
        .where(User.is_active)
    )
    return [(rules_off, rules_ignored) for rules_off, rules_ignored in rows]
