"""Recording who did what, and who viewed a page about whom.

The guard puts the acting identity and the request id into ``Session.info`` (``actor``, ``request_id``), because operations do
not read the request. Without them, in a job or on the command line, the actor is the system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from server.audit.models import AuditEntry, ProfileView
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity, IntegrationIdentity

#: A setting's value in an entry.
Value = str | int | bool | None


def record(
    session: Session,
    *,
    action: str,
    object_type: str,
    object_id: object,
    reason_code: str | None = None,
    actor: Identity | None = None,
    changes: Mapping[str, tuple[Value, Value]] | None = None,
) -> None:
    """Adds an entry: only codes and ids, never texts or names of people. ``actor`` defaults to the session's. ``changes``:
    settings with their values before and after."""
    acting: Identity | IntegrationIdentity | None = actor or session.info.get("actor")
    actor_id, role = _actor(acting)
    session.add(
        AuditEntry(
            actor_id=actor_id,
            role=role,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            reason_code=reason_code,
            request_id=session.info.get("request_id"),
            changes={name: list(values) for name, values in changes.items()} if changes else None,
        )
    )
    session.flush()


def _actor(acting: Identity | IntegrationIdentity | None) -> tuple[int | None, str | None]:
    if isinstance(acting, IntegrationIdentity):
        return None, f"integration:{acting.integration_id}"
    return (acting.user_id, acting.role) if acting else (None, None)


def record_profile_view(session: Session, *, viewer_id: int, subject_id: int, page: str, day: date) -> None:
    """Records that somebody viewed the page, once per viewer, page and day: neither how often nor at what time."""
    insert_if_absent(session, ProfileView, viewer_id=viewer_id, subject_id=subject_id, page=page, day=day)
