"""Single-use secrets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.security.models import LoginLink, PairingCode, RecoveryCode, Token


def mark_used(session: Session, table: type[LoginLink | PairingCode | RecoveryCode | Token], row_id: int) -> bool:
    """Marks the row used; False if it already was. The condition is in the UPDATE, so only one of two concurrent calls
    succeeds."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(table).where(table.id == row_id, table.used_at.is_(None)).values(used_at=now())
    )
    return result.rowcount == 1
