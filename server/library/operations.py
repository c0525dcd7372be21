"""A person's consent to let their team read one shared item as an example, and its withdrawal."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nlp.model import DRAFT_SURFACES
from server.activities.models import Activity
from server.activities.queries import own_share_for_update
from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity
from server.core.problems import field_problem, not_found
from server.library.models import TeamExample


def offer(session: Session, *, identity: Identity, share_id: int) -> None:
    """A second call changes nothing. 404 for an item of somebody else; 422 for one that does not count, or has no text."""
    # Withdrawing the item at the same time waits, and then deletes the consent too.
    item = own_share_for_update(session, user_id=identity.user_id, share_id=share_id)
    if item is None:
        raise not_found()
    if item.state != "counted" or item.text is None or item.kind not in DRAFT_SURFACES:
        raise field_problem("item", "must be a post, comment or reply that counts and still has its text")
    values = {"activity_id": item.id, "user_id": identity.user_id, "given_at": now()}
    if insert_if_absent(session, TeamExample, **values):
        audit.record(session, action="example.offered", object_type="activity", object_id=item.id)


def withdraw(session: Session, *, identity: Identity, share_id: int) -> None:
    """A second call changes nothing. 404 for an item of somebody else."""
    if own_share_for_update(session, user_id=identity.user_id, share_id=share_id) is None:
        raise not_found()
    example = session.get(TeamExample, share_id)
    if example is None:
        return
    session.delete(example)
    session.flush()
    audit.record(session, action="example.withdrawn", object_type="activity", object_id=share_id)


def remove_items(session: Session, *, activity_ids: Collection[int]) -> None:
    session.execute(delete(TeamExample).where(TeamExample.activity_id.in_(activity_ids)))


def forget_person(session: Session, *, user_id: int) -> None:
    session.execute(delete(TeamExample).where(TeamExample.user_id == user_id))


def purge(session: Session) -> None:
    """Deletes consents for items that no longer count or have no text."""
    gone = select(Activity.id).where((Activity.state != "counted") | Activity.text.is_(None))
    session.execute(delete(TeamExample).where(TeamExample.activity_id.in_(gone)))
