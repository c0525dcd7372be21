"""A rep's own archive: read, confirmed or discarded, and the private history that it fills.

Nothing is written to the audit log: who looks back at their own posts is nobody else's business."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from server.archives.model import Contents
from server.core.clock import now
from server.core.database.locks import lock_values
from server.core.problems import Problem, field_problem
from server.history import queries
from server.history.models import TEXT_CHOICES, ArchiveEntry, ArchiveImport, HistoryItem
from server.history.summary import summarize
from server.jobs.queue import enqueue

#: What was read waits this long for the rep's decision.
PREVIEW_LIFETIME = timedelta(hours=1)
#: Scoring 20,000 items takes an hour at most; what is left after this is deleted.
SCORING_LIFETIME = timedelta(hours=24)
SCORE_JOB = "history.score"
EXPIRE_JOB = "history.expire"
_ROWS_PER_INSERT = 1_000


def receive(session: Session, *, user_id: int, contents: Contents) -> None:
    """Stores what was read until the rep decides. Replaces an earlier archive; what that one added to the history stays."""
    # Of two files sent at once, the second waits here and then replaces the first.
    lock_values(session, "archive", [user_id])
    _delete_import(session, user_id=user_id)
    archive = ArchiveImport(
        user_id=user_id,
        token=secrets.token_hex(16),
        state="preview",
        summary=summarize(contents, at=now()),
        total=len(contents.items),
        expires_at=now() + PREVIEW_LIFETIME,
    )
    session.add(archive)
    session.flush()
    for start in range(0, len(contents.items), _ROWS_PER_INSERT):
        session.execute(
            insert(ArchiveEntry),
            [
                {
                    "import_id": archive.id,
                    "key": item.key,
                    "kind": item.kind,
                    "published_at": item.published_at,
                    "url": item.url,
                    "text": item.text,
                    "sections": item.sections,
                }
                for item in contents.items[start : start + _ROWS_PER_INSERT]
            ],
        )
    enqueue(session, EXPIRE_JOB, {"token": archive.token}, key=f"{EXPIRE_JOB}:{archive.token}", run_after=archive.expires_at)


def confirm(session: Session, *, user_id: int, texts: str) -> None:
    """Starts to score what was read. ``texts``: one of ``TEXT_CHOICES``. 409 if nothing waits for a decision."""
    if texts not in TEXT_CHOICES:
        raise field_problem("texts", f"must be one of {', '.join(TEXT_CHOICES)}")
    archive = queries.own_import_for_update(session, user_id=user_id)
    if archive is not None and archive.state in ("scoring", "done"):
        return
    if archive is None or archive.expires_at <= now():
        raise Problem(
            409, "archive-expired", "What was read from your archive is deleted", detail="Choose the file again under Archive."
        )
    archive.state, archive.texts, archive.expires_at = "scoring", texts, now() + SCORING_LIFETIME
    enqueue_scoring(session, archive, at=now())
    session.flush()


def enqueue_scoring(session: Session, archive: ArchiveImport, *, at: datetime) -> None:
    """Adds the next of the jobs that score this archive."""
    archive.step += 1
    key = f"{SCORE_JOB}:{archive.token}:{archive.step}"
    enqueue(session, SCORE_JOB, {"token": archive.token}, key=key, run_after=at)


def discard(session: Session, *, user_id: int) -> None:
    """Deletes what was read and is not scored yet. The history stays."""
    _delete_import(session, user_id=user_id)


def delete_history(session: Session, *, user_id: int) -> None:
    """Deletes the whole history and what was read. Items that the rep shared stay, as shared items."""
    _delete_import(session, user_id=user_id)
    session.execute(delete(HistoryItem).where(HistoryItem.user_id == user_id))


def expire(session: Session, *, token: str, at: datetime) -> None:
    """Deletes what was read if the rep has not decided."""
    archive = queries.import_for_update(session, token=token)
    if archive is not None and archive.state == "preview" and archive.expires_at <= at:
        _delete_import(session, user_id=archive.user_id)


def purge(session: Session, *, at: datetime, imported_before: datetime) -> None:
    """Deletes what has expired, texts that can no longer count, and histories without an import since ``imported_before``."""
    for archive in queries.expired_imports(session, at=at):
        session.execute(delete(ArchiveEntry).where(ArchiveEntry.import_id == archive.id))
        if archive.state == "preview":
            session.delete(archive)
        else:
            archive.state, archive.finished_at = "done", at
    session.flush()
    session.execute(update(HistoryItem).where(HistoryItem.text_until <= at).values(text=None, text_until=None))
    for archive in queries.imports_finished_before(session, at=imported_before):
        delete_history(session, user_id=archive.user_id)


def _delete_import(session: Session, *, user_id: int) -> None:
    archive = queries.own_import_for_update(session, user_id=user_id)
    if archive is not None:
        session.execute(delete(ArchiveEntry).where(ArchiveEntry.import_id == archive.id))
        session.delete(archive)
        session.flush()
