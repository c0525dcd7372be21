"""Scores the items of an archive in small steps: each is a job of its own, so that progress is visible, a killed worker loses
one step, and other writers of the database never wait long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy.orm import Session

from nlp import Assessment, Coach
from nlp.model import PROFILE_SURFACES, Surface
from server.activities.operations import MAX_AGE, PublishedItem, assess_readable
from server.core.clock import now
from server.core.problems import Problem
from server.history import queries
from server.history.models import ArchiveEntry, ArchiveImport, HistoryItem
from server.history.operations import enqueue_scoring
from server.jobs.steps import step_of
from server.people.queries import get_organisation
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.coach_queue import run_coach

MAX_ITEMS_PER_STEP = 50
#: Between two steps, for other writers and for people who are writing.
PAUSE = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class _Step:
    session: Session
    archive: ArchiveImport
    coach: Coach
    trade_words: tuple[str, ...]


def score_next(session: Session, *, token: str) -> None:
    """Scores the next entries of the archive and enqueues the step after this one; nothing if the archive was replaced,
    deleted or finished."""
    archive = queries.import_for_update(session, token=token)
    if archive is None or archive.state != "scoring":
        return
    ensure_champion(session)
    step = _Step(session, archive, champion_coach(session), tuple(get_organisation(session).trade_words))
    entries = queries.next_entries(session, import_id=archive.id, limit=MAX_ITEMS_PER_STEP + 1)
    known = queries.items_by_key(session, user_id=archive.user_id, keys=[entry.key for entry in entries])
    done = 0
    for entry in step_of(entries[:MAX_ITEMS_PER_STEP]):
        if not _score_entry(step, entry, known.get(entry.key)):
            break
        session.delete(entry)
        done += 1
    archive.processed += done
    if done < len(entries):
        enqueue_scoring(session, archive, at=now() + PAUSE)
    else:
        archive.state, archive.finished_at = "done", now()
    session.flush()


def _score_entry(step: _Step, entry: ArchiveEntry, known: HistoryItem | None) -> bool:
    """False if the coach is busy with people who are writing, so that the step ends here."""
    archive = step.archive
    keeps_text = archive.texts == "all" or (archive.texts == "recent" and entry.published_at >= now() - MAX_AGE)
    if known is not None and (known.text is not None or not keeps_text):
        if archive.texts == "all":
            known.text_until = None
        return True
    surface = cast("Surface", entry.kind)
    text = None if surface in PROFILE_SURFACES else entry.text
    item = PublishedItem(surface, text, entry.sections, entry.url, entry.published_at)
    try:
        readable, assessment = run_coach(
            lambda: assess_readable(step.coach, item, step.trade_words),
            user_id=archive.user_id,
            label=surface,
            texts=(entry.text,),
            has_budget=False,
        )
    except Problem as problem:
        # Too busy; or protected talk, which is neither stored nor counted, or longer than the coach reads.
        return not problem.is_temporary
    if known is None:
        known = _new_item(archive, entry, assessment)
        step.session.add(known)
    if keeps_text:
        known.text = readable.full_text
        known.text_until = entry.published_at + MAX_AGE if archive.texts == "recent" else None
    return True


def _new_item(archive: ArchiveImport, entry: ArchiveEntry, assessment: Assessment) -> HistoryItem:
    return HistoryItem(
        user_id=archive.user_id,
        key=entry.key,
        kind=entry.kind,
        published_at=entry.published_at,
        url=entry.url,
        score=assessment.score,
        band=assessment.band,
        dimensions=assessment.dimensions if assessment.score is not None else {},
        note=assessment.note.code if assessment.note else None,
        scoring_version=assessment.scoring_version,
    )
