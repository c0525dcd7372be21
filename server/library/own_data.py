"""What is stored here about one person, for their data export."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from server.library.queries import offered_by


def own_examples(session: Session, *, user_id: int) -> list[dict[str, Any]]:
    """JSON-ready."""
    return [
        {"item": row.activity_id, "team_may_read_it_since": row.given_at.isoformat()}
        for row in offered_by(session, user_id=user_id)
    ]
