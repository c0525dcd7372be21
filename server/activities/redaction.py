"""Deletes the text of an item: on withdrawal, on erasure and after the retention period."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.activities.models import Activity, ItemInputs, TextBand


def redact(session: Session, activity: Activity) -> None:
    """Deletes the text, its URL and everything derived from the words; the numbers stay."""
    activity.text = activity.text_hash = activity.shingles = activity.url = activity.post_link = None
    activity.address = activity.post_address = activity.reason = activity.original_id = activity.advice = None
    session.execute(delete(TextBand).where(TextBand.activity_id == activity.id))
    session.execute(delete(ItemInputs).where(ItemInputs.activity_id == activity.id))
