"""Checks the scoring versions that ledger entries refer to. Reads everything and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.credit.models import LedgerEntry
from server.credit.verify import Violation, document_hash
from server.tuning.models import ScoringVersion


def verify(session: Session) -> list[Violation]:
    """All violations; empty when every version exists and is unchanged."""
    return [*_missing_versions(session), *_changed_versions(session)]


def _missing_versions(session: Session) -> Iterator[Violation]:
    missing = (
        select(LedgerEntry.id)
        .outerjoin(ScoringVersion, ScoringVersion.hash == LedgerEntry.scoring_version)
        .where(LedgerEntry.scoring_version.is_not(None), ScoringVersion.hash.is_(None))
    )
    for (entry_id,) in session.execute(missing):
        yield Violation("I5", f"entry {entry_id}: refers to a scoring version that does not exist")


def _changed_versions(session: Session) -> Iterator[Violation]:
    for version in session.scalars(select(ScoringVersion)):
        if document_hash(version.document) != version.hash:
            yield Violation("I5", f"scoring version {version.hash[:12]}: its document was changed")
