"""Queries of scoring versions, their aliases and proposals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.people.models import User
from server.tuning.models import DraftPackage, DraftRubric, DraftRule, DraftWord, Promotion, ScoringAlias, ScoringVersion


def champion_version(session: Session) -> ScoringVersion | None:
    return session.scalar(
        select(ScoringVersion)
        .join(ScoringAlias, ScoringAlias.version_hash == ScoringVersion.hash)
        .where(ScoringAlias.name == "champion")
    )


def newest_versions(session: Session, *, limit: int) -> Sequence[ScoringVersion]:
    return session.scalars(
        select(ScoringVersion).order_by(ScoringVersion.created_at.desc(), ScoringVersion.hash).limit(limit)
    ).all()


def version_documents(session: Session, *, hashes: Collection[str]) -> dict[str, dict[str, Any]]:
    rows = session.execute(select(ScoringVersion.hash, ScoringVersion.document).where(ScoringVersion.hash.in_(hashes)))
    return {row.hash: row.document for row in rows}


def all_aliases(session: Session) -> Sequence[ScoringAlias]:
    return session.scalars(select(ScoringAlias)).all()


def open_proposal(session: Session) -> tuple[Promotion, str] | None:
    """The proposal that awaits confirmation, of which there is at most one, and the proposer's name."""
    row = session.execute(
        select(Promotion, User.name).join(User, User.id == Promotion.proposed_by).where(Promotion.state == "proposed")
    ).one_or_none()
    return None if row is None else (row[0], row[1])


# --- the draft --------------------------------------------------------------------------------------------------------


def all_words(session: Session) -> Sequence[DraftWord]:
    """In alphabetical order."""
    return session.scalars(select(DraftWord).order_by(DraftWord.folded)).all()


def count_words(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DraftWord)) or 0


def word_by_folded(session: Session, *, folded: str) -> DraftWord | None:
    return session.scalar(select(DraftWord).where(DraftWord.folded == folded))


def words_with_use(session: Session, *, use: str) -> Sequence[DraftWord]:
    """Entries that suggest to write ``use``, in its own case."""
    return session.scalars(select(DraftWord).where(DraftWord.use == use)).all()


def all_packages(session: Session) -> Sequence[DraftPackage]:
    return session.scalars(select(DraftPackage).order_by(DraftPackage.name)).all()


def all_rule_settings(session: Session) -> Sequence[DraftRule]:
    return session.scalars(select(DraftRule).order_by(DraftRule.rule_id)).all()


def all_rubric_settings(session: Session) -> Sequence[DraftRubric]:
    return session.scalars(select(DraftRubric).order_by(DraftRubric.key)).all()
