"""What is stored here about one person, for their data export."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from server.labels import queries
from server.labels.models import LabelExpert


def own_labels(session: Session, *, user_id: int) -> dict[str, Any]:
    """JSON-ready."""
    consent, expert = queries.consent_of(session, user_id=user_id), session.get(LabelExpert, user_id)
    return {
        "shared_items_may_teach_since": consent and consent.given_at.isoformat(),
        "expert_since": expert and expert.at.isoformat(),
        "answers": [
            {
                "item": answer.item_id,
                "kind": kind,
                "at": answer.at.isoformat(),
                "skipped": answer.is_skipped,
                "choice": answer.choice,
                "marks": answer.marks,
                "whole": answer.whole,
                "reasons": list(answer.reasons),
                "note": answer.note,
            }
            for answer, kind in queries.answers_by(session, user_id=user_id)
        ],
        "settled": [
            {"item": row.item_id, "at": row.at.isoformat(), "choice": row.choice, "marks": row.marks, "whole": row.whole}
            for row in queries.settlements_by(session, user_id=user_id)
        ],
        "comments": [
            {"item": row.item_id, "at": row.at.isoformat(), "text": row.text}
            for row in queries.comments_by(session, user_id=user_id)
        ],
    }
