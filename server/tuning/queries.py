"""Queries of scoring versions, their aliases and proposals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.people.models import User
from server.tuning.models import (
    DraftPackage,
    DraftRubric,
    DraftRule,
    DraftWord,
    Promotion,
    ScoringAlias,
    ScoringVersion,
    ShadowCount,
)


def champion_version(session: Session) -> ScoringVersion | None:
    return session.scalar(
        select(ScoringVersion)
        .join(ScoringAlias, ScoringAlias.version_hash == ScoringVersion.hash)
        .where(ScoringAlias.name == "champion")
    )


def alias_hash(session: Session, *, name: str) -> str | None:
    return session.scalar(select(ScoringAlias.version_hash).where(ScoringAlias.name == name))


def confirmed_promotions(session: Session, *, limit: int) -> Sequence[tuple[Promotion, str]]:
    """With the note of the version, the newest first."""
    rows = session.execute(
        select(Promotion, ScoringVersion.note)
        .join(ScoringVersion, ScoringVersion.hash == Promotion.version_hash)
        .where(Promotion.state == "confirmed")
        .order_by(Promotion.decided_at.desc(), Promotion.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def champion_before(session: Session, *, version_hash: str) -> str | None:
    """The version that this champion replaced, by the newest confirmed proposal."""
    return session.scalar(
        select(Promotion.replaces_hash)
        .where(Promotion.version_hash == version_hash, Promotion.state == "confirmed")
        .order_by(Promotion.id.desc())
        .limit(1)
    )


def shadow_counts(session: Session, *, champion_hash: str, challenger_hash: str, since: date) -> Sequence[ShadowCount]:
    return session.scalars(
        select(ShadowCount)
        .where(
            ShadowCount.champion_hash == champion_hash,
            ShadowCount.challenger_hash == challenger_hash,
            ShadowCount.day >= since,
        )
        .order_by(ShadowCount.day, ShadowCount.id)
    ).all()


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
