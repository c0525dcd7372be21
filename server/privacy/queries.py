"""Reads about notices, looks and exports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Organisation
from server.privacy.models import Acknowledgement, DataExport


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
    """When the person acknowledged the notice now in force."""
    return session.scalar(
        select(Acknowledgement.at)
        .join(Organisation, Organisation.notice_version == Acknowledgement.notice_version)
        .where(Acknowledgement.user_id == user_id)
    )


def latest_export(session: Session, *, user_id: int, at: datetime) -> DataExport | None:
    """The newest one that has not expired."""
    return session.scalar(
        select(DataExport)
        .where(DataExport.user_id == user_id, DataExport.expires_at > at)
        .order_by(DataExport.id.desc())
        .limit(1)
    )


def own_export(session: Session, *, user_id: int, export_id: int, at: datetime) -> DataExport | None:
    return session.scalar(
        select(DataExport).where(DataExport.id == export_id, DataExport.user_id == user_id, DataExport.expires_at > at)
    )
