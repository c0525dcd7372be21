"""A person's consent to have their shared items teach the coach: off until they switch it on, and theirs to withdraw."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.labels import queries
from server.labels.filling import add_shared_items
from server.labels.models import LabelConsent
from server.labels.removal import remove_shared
from server.people.queries import lock_user


def give_consent(session: Session, *, user_id: int) -> None:
    """A second call changes nothing. The person's items join the queue if an administrator ever filled it."""
    if not insert_if_absent(session, LabelConsent, user_id=user_id, group=uuid.uuid4().hex, given_at=now()):
        return
    audit.record(session, action="labels.consent-given", object_type="user", object_id=user_id)
    if queries.has_texts(session):
        add_shared_items(session)


def withdraw_consent(session: Session, *, user_id: int) -> None:
    """Deletes the consent, the person's items in the queue, and all answers about them. A second call changes nothing."""
    # Giving and withdrawing at once happen one after the other.
    lock_user(session, user_id=user_id)
    consent = queries.consent_of(session, user_id=user_id)
    if consent is None:
        return
    session.delete(consent)
    session.flush()
    remove_shared(session, user_id=user_id)
    audit.record(session, action="labels.consent-withdrawn", object_type="user", object_id=user_id)
