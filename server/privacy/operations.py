"""Notices, exports, erasure and retention; and the audit log that every change anywhere writes to."""

from __future__ import annotations

from flask import g, has_request_context
from sqlalchemy.orm import Session

from server.privacy.models import AuditEntry
from server.security.identity import current_or_none


def audit(session: Session, *, action: str, object_type: str, object_id: object, reason_code: str | None = None) -> None:
    """Writes down who did what to which object: codes and ids, never words or names. Outside a request the actor is the
    system. A failure here fails the action that it describes."""
    identity = current_or_none() if has_request_context() else None
    session.add(
        AuditEntry(
            actor_id=identity.user_id if identity else None,
            role=identity.role if identity else None,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            reason_code=reason_code,
            request_id=g.get("request_id") if has_request_context() else None,
        )
    )
    session.flush()
