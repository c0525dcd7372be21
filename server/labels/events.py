"""Whenever the text of a shared item is deleted, because its person withdraws it, is erased, or it is old, the item leaves the
queue in the same transaction, with all answers about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.labels.removal import remove_shared


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    gone = [item.id for item in session.dirty if isinstance(item, Activity) and item.text is None and _had_text(item)]
    if gone:
        remove_shared(session, activity_ids=gone)


def _had_text(activity: Activity) -> bool:
    return any(inspect(activity).attrs.text.history.deleted or ())
