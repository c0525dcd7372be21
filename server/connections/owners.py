"""The CRM's users, and who they are here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.connections import queries
from server.connections.applying import matched_users
from server.connections.models import Connection, ConnectionOwner
from server.connections.source import Owner
from server.core.characters import is_storable

#: Users that are stored; far more than an organisation of salespeople has.
MAX_OWNERS = 20_000


def store_owners(session: Session, connection: Connection, owners: Iterable[Owner]) -> bool:
    """Stores the CRM's users as they are now. If somebody can be matched whose rows were skipped before, everything is read
    again; returns whether it is."""
    known = queries.owners_of(session, connection_id=connection.id)
    for owner in owners:
        if not owner.id or len(owner.id) > queries.MAX_OWNER_ID or not is_storable(owner.id):
            continue
        row = known.get(owner.id)
        if row is None:
            row = known[owner.id] = ConnectionOwner(
                connection_id=connection.id, owner_id=owner.id, matching="email", email="", name="", has_skipped_rows=False
            )  # fmt: skip
            session.add(row)
        row.is_active = owner.is_active
        if row.matching != "erased":
            row.email = _clean(owner.email, 254).lower()
            row.name = _clean(owner.name, 200)
    return _match(session, connection, known)


def _match(session: Session, connection: Connection, owners: dict[str, ConnectionOwner]) -> bool:
    users = matched_users(session, owners.values())
    is_rematched = False
    for owner_id, owner in owners.items():
        user = users.get(owner_id)
        if owner.matching == "email":
            is_rematched |= user is not None and (owner.has_skipped_rows or owner.user_id not in (None, user.id))
            owner.user_id = user.id if user else None
    session.flush()
    if is_rematched:
        reread(session, connection)
    return is_rematched


def reread(session: Session, connection: Connection, *, keys: Iterable[str] | None = None) -> None:
    """Reads all streams, or those of ``keys``, from the start again; what is stored is corrected, not doubled."""
    for key, stream in queries.streams_of(session, connection_id=connection.id).items():
        if keys is None or key in keys:
            stream.cursor, stream.is_reread = None, True
            stream.rows_read, stream.rows_left, stream.complete_at = 0, None, None
    for owner in queries.owners_of(session, connection_id=connection.id).values():
        owner.has_skipped_rows = False
    session.flush()


def _clean(text: str, length: int) -> str:
    return text.strip()[:length] if is_storable(text) else ""
