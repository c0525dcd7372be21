"""Queries of imports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server.imports.models import ImportChunk, ImportFile, ImportOwner
from server.imports.owner_names import file_name
from server.records.models import Record


def newest_files(session: Session, *, limit: int) -> Sequence[ImportFile]:
    return session.scalars(select(ImportFile).order_by(ImportFile.id.desc()).limit(limit)).all()


def get_file(session: Session, *, file_id: int) -> ImportFile | None:
    return session.get(ImportFile, file_id)


def file_for_update(session: Session, *, token: str) -> ImportFile | None:
    return session.scalar(select(ImportFile).where(ImportFile.token == token).with_for_update())


def chunk(session: Session, *, import_id: int, number: int) -> bytes:
    return session.scalars(
        select(ImportChunk.data).where(ImportChunk.import_id == import_id, ImportChunk.number == number)
    ).one()


def first_chunks(session: Session, *, import_id: int, limit: int) -> Sequence[bytes]:
    return session.scalars(
        select(ImportChunk.data).where(ImportChunk.import_id == import_id).order_by(ImportChunk.number).limit(limit)
    ).all()


def matched_owners(session: Session, *, source: str) -> dict[str, int | None]:
    """By the name that files of this source have, in lower case."""
    return {file_name(source, row.name): row.user_id for row in session.scalars(select(ImportOwner))}


def known_ids(session: Session, *, source: str, source_ids: Collection[str]) -> set[str]:
    """Which of these records are stored and not deleted."""
    return set(
        session.scalars(
            select(Record.source_id).where(
                Record.source == source, Record.source_id.in_(source_ids), Record.deleted_at.is_(None)
            )
        )
    )


def old_files(session: Session, *, unfinished_before: datetime, finished_before: datetime) -> Sequence[ImportFile]:
    is_old = or_(
        and_(ImportFile.state != "done", ImportFile.created_at < unfinished_before),
        and_(ImportFile.state == "done", ImportFile.created_at < finished_before),
    )
    return session.scalars(select(ImportFile).where(is_old)).all()
