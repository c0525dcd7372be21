"""Reads about what a rep told the coach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coaching.models import CoachPreference
from server.people.models import User
from server.privacy.models import Acknowledgement

#: No count over fewer people (TRUST.md C16).
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


@dataclass(frozen=True, slots=True)
class Rejected:
    """How many active people turned a rule off for themselves, and how many ignored a tip of it without turning it off. In
    steps of ``FLOOR``; 0 where it is fewer, so that nobody is told by it."""

    turned_off: int
    ignored: int


def rejected(session: Session) -> dict[str, Rejected]:
    """By rule, the ones most turned off first; only rules that enough people reject."""
    rows = session.execute(
        select(CoachPreference.rules_off, CoachPreference.rules_ignored)
        .join(User, User.id == CoachPreference.user_id)
        .where(User.is_active)
    ).all()
    off = Counter(rule for rules_off, _ in rows for rule in rules_off)
    ignored = Counter(rule for rules_off, rules_ignored in rows for rule in rules_ignored if rule not in rules_off)
    rules = off.keys() | ignored.keys()
    counts = {rule: Rejected(off[rule] // FLOOR * FLOOR, ignored[rule] // FLOOR * FLOOR) for rule in rules}
    told = [(rule, count) for rule, count in counts.items() if count.turned_off or count.ignored]
    return dict(sorted(told, key=lambda pair: (-pair[1].turned_off, -pair[1].ignored, pair[0])))
