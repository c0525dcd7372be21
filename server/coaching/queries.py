"""Reads about what a rep told the coach."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coaching.models import CoachPreference
from server.privacy.models import Acknowledgement


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
