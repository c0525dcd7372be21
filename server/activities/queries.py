"""Reads of what reps shared and what the CRM counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities.fingerprint import Fingerprint, fingerprint, is_near
from server.activities.models import SOCIAL_KINDS, Activity, TextBand
from server.people.models import User

#: How far back a copy is a copy (TRUST.md C6; EVIDENCE.md L6).
COPY_WINDOW = timedelta(days=90)


def own_share(session: Session, *, user_id: int, share_id: int) -> Activity | None:
    return session.scalar(
        select(Activity)
        .where(Activity.id == share_id, Activity.user_id == user_id, Activity.kind.in_(SOCIAL_KINDS))
        .with_for_update()
    )


def copied_from(session: Session, *, of: Fingerprint, user_id: int, since: datetime, until: datetime) -> Activity | None:
    """A counted item, anybody's, that the text repeats exactly or nearly; one's own first."""
    counted = select(Activity).where(Activity.state == "counted", Activity.occurred_at >= since, Activity.occurred_at <= until)
    found = list(session.scalars(counted.where(Activity.text_hash == of.exact)))
    if not found and of.bands:
        meeting = select(TextBand.activity_id).where(TextBand.hash.in_(of.bands))
        candidates = session.scalars(counted.where(Activity.id.in_(meeting)))
        found = [one for one in candidates if is_near(one.shingles or [], of.places)]
    return min(found, key=lambda one: (one.user_id != user_id, one.id), default=None)


def repeats(session: Session, text: str, *, user_id: int, until: datetime, secret: bytes) -> bool:
    """Whether a draft is nearly what somebody shared in the last ``COPY_WINDOW``. Short ones are alike by chance."""
    prints = fingerprint(text, secret=secret)
    since = until - COPY_WINDOW
    return bool(prints.bands) and copied_from(session, of=prints, user_id=user_id, since=since, until=until) is not None


def own_with_url(session: Session, *, user_id: int, url: str) -> Activity | None:
    return session.scalar(
        select(Activity).where(Activity.user_id == user_id, Activity.state == "counted", Activity.url == url).limit(1)
    )


def people_by_email(session: Session, emails: Iterable[str]) -> dict[str, User]:
    """Active people, by lower-case address."""
    listed = {email.lower() for email in emails}
    return {user.email: user for user in session.scalars(select(User).where(User.email.in_(listed), User.is_active.is_(True)))}


def known_records(session: Session, *, source: str, record_ids: Iterable[str]) -> set[str]:
    return set(
        session.scalars(
            select(Activity.external_id).where(Activity.source == source, Activity.external_id.in_(list(record_ids)))
        )
    )
