"""Whenever a shared item loses its text or no longer counts, the consent to let the team read it is deleted in the same
transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.library.operations import remove_items


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    gone = [item.id for item in session.dirty if isinstance(item, Activity) and _has_ended(item)]
    if gone:
        remove_items(session, activity_ids=gone)


def _has_ended(item: Activity) -> bool:
    attributes = inspect(item).attrs
    has_changed = attributes.text.history.deleted or attributes.state.history.deleted
    return bool(has_changed) and (item.text is None or item.state != "counted")
