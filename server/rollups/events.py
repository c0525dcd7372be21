"""Keeps the sums up to date: whatever is stored through the session changes them in the same flush. Statements that write many
rows at once tell ``changes.add`` themselves."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from server.jobs import queue
from server.people.models import Membership, Organisation
from server.people.queries import get_calendar
from server.rollups import changes, state
from server.rollups.recount import recount
from server.rollups.sources import Change, source_of

REBUILD_JOB = "rollups.rebuild"


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    new: list[Change] = []
    people: set[int] = set()
    for instance in session.new:
        source = source_of(instance)
        change = source.change(instance) if source else None
        if change is not None:
            new.append(change)
    changed = [instance for instance in session.dirty if session.is_modified(instance)]
    for instance in (*changed, *session.deleted):
        if isinstance(instance, Membership) or source_of(instance) is not None:
            people |= _owners(instance)
    people |= {instance.user_id for instance in session.new if isinstance(instance, Membership)}
    if any(isinstance(instance, Organisation) and _has_new_zone(instance) for instance in (*session.new, *session.dirty)):
        _change_zone(session)
    # What is recounted includes what is new.
    changes.add(session, [change for change in new if change.user_id not in people])
    if people:
        recount(session, people)


@event.listens_for(Session, "before_commit")
def _settle(session: Session) -> None:
    changes.settle(session)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    changes.forget(session)


def _owners(instance: object) -> set[int]:
    """Also who it belonged to before."""
    history = inspect(instance).attrs.user_id.history
    return {user_id for values in history for user_id in values or () if user_id is not None}


def _has_new_zone(organisation: Organisation) -> bool:
    return bool(inspect(organisation).attrs.time_zone.history.added)


def _change_zone(session: Session) -> None:
    if state.follow_zone(session, zone=get_calendar(session).zone.key):
        queue.enqueue(session, REBUILD_JOB, {}, key=f"rollups:{uuid.uuid4().hex}")
