"""A rep's own credit over HTTP."""

from __future__ import annotations

from typing import Any

from flask_openapi import APIBlueprint

from server.core.access import token
from server.core.database.session import db
from server.core.identity import current
from server.core.weeks import this_monday
from server.credit import queries
from server.credit.formula import reversal_sentence, sentence
from server.credit.schemas import CreditOut, StatementEntryOut, WeekOut

api = APIBlueprint("credit", __name__, abp_tags=[{"name": "credit"}])

#: The newest ones; the whole statement is in the rep's export.
MAX_ENTRIES = 250


@api.get("/me/credit", responses={200: CreditOut})
@token("me:read", writes=False)
def statement() -> dict[str, Any]:
    """Your own balance, week and entries with their arithmetic, newest first."""
    session, user_id, week = db(), current().user_id, this_monday()
    policy = queries.policy_in_force(session)
    names = queries.policy_names(session)
    return CreditOut(
        balance=queries.balance(session, user_id=user_id),
        week=WeekOut(start=week, points=queries.week_total(session, user_id=user_id, week=week), cap=policy.week_cap),
        entries=[
            StatementEntryOut(
                id=entry.id,
                points=entry.amount,
                policy=names[entry.policy_hash],
                arithmetic=entry.arithmetic,
                sentence=(sentence if entry.reverses_id is None else reversal_sentence)(entry.arithmetic),
                kind=entry.kind,
                occurred_at=entry.occurred_at.isoformat(),
                recorded_at=entry.recorded_at.isoformat(),
                balance_after=entry.balance_after,
                reason_code=entry.reason_code,
                share_id=entry.activity_id,
                reverses_id=entry.reverses_id,
            )
            for entry in queries.entries_of(session, user_id=user_id, limit=MAX_ENTRIES)
        ],
        policy=policy.document(),
    ).model_dump(mode="json")
