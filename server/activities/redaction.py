"""Letting go of an item's words: on withdrawal, on erasure and after the retention time."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.activities.models import Activity, TextBand


def forget_words(session: Session, activity: Activity) -> None:
    """The text, where it stands, and everything derived from its words; the numbers stay."""
    activity.text = activity.text_hash = activity.shingles = activity.url = None
    activity.reason = None
    session.execute(delete(TextBand).where(TextBand.activity_id == activity.id))
