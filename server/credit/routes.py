"""The API of a rep's own credit."""

from __future__ import annotations

from typing import Any

from flask_openapi import APIBlueprint

from server.core.access import token
from server.core.database.session import db
from server.core.identity import current_identity
from server.credit import queries
from server.credit.schemas import CreditOut, OutcomeOut, StatementEntryOut, WeekOut
from server.credit.sentences import entry_sentence
from server.outcomes.queries import newest_of_person
from server.outcomes.view import OutcomeLine, build_lines
from server.people.queries import get_calendar

api = APIBlueprint("credit", __name__, abp_tags=[{"name": "credit"}])

#: The newest entries; the export of a rep's data contains all of them.
MAX_ENTRIES = 250


@api.get("/me/credit", responses={200: CreditOut})
@token("me:read", writes=False)
def statement() -> dict[str, Any]:
    """Your own balance, week and entries with their arithmetic, newest first."""
    session, user_id, week = db(), current_identity().user_id, get_calendar(db()).this_monday()
    policy = queries.current_policy(session)
    policy_names = queries.policy_names(session)
    return CreditOut(
        balance=queries.balance(session, user_id=user_id),
        week=WeekOut(start=week, points=queries.week_total(session, user_id=user_id, week=week), cap=policy.week_cap),
        entries=[
            StatementEntryOut(
                id=entry.id,
                points=entry.amount,
                policy=policy_names[entry.policy_hash],
                arithmetic=entry.arithmetic,
                sentence=entry_sentence(entry),
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
        outcomes=[
            _outcome_out(line) for line in build_lines(session, newest_of_person(session, user_id=user_id, limit=MAX_ENTRIES))
        ],
    ).model_dump(mode="json")


def _outcome_out(line: OutcomeLine) -> OutcomeOut:
    facts = {"id": line.id, "share_id": line.activity_id, "day": line.day}
    names = ("ledger", "kind", "state", "grade", "url", "note", "reason")
    return OutcomeOut.model_validate(facts | {name: getattr(line, name) for name in names})
