"""A suggested wording of what one piece of advice is about, from the organisation's endpoint. The text and the answer are
neither stored nor logged, and nothing about the request is recorded except a count for its limit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.orm import Session

from nlp.model import Surface, Utf16
from server.coaching import operations
from server.core.identity import Identity
from server.core.problems import Problem, field_problem
from server.core.settings import Settings
from server.security.limits import WORDINGS, RateLimiter
from server.wording_help import operations as wording_help
from server.wording_help import prompt
from server.wording_help.failures import WordingFailure, as_problem
from server.wording_help.prompt import Task

Transaction = Callable[..., AbstractContextManager[Session]]


def suggest(
    transaction: Transaction,
    settings: Settings,
    limiter: RateLimiter,
    *,
    identity: Identity,
    surface: Surface,
    text: str,
    advice: str,
) -> dict[str, Any]:
    """Opens a transaction of its own, because the endpoint must not be asked in one. 409 unless the organisation and the
    person have switched it on, and if nothing may be suggested for this text; 502 to 504 if the endpoint gives nothing."""
    limiter.hit(WORDINGS, str(identity.user_id))
    if Utf16(text).length > prompt.max_draft():
        raise field_problem("text", f"must be at most {prompt.max_draft():,} UTF-16 code units long", limit=prompt.max_draft())
    try:
        with transaction(writes=False) as session:
            if not operations.get_preference(session, user_id=identity.user_id).wording_help:
                raise wording_help.switched_off()
            endpoint = wording_help.get_endpoint(session, settings)
            task, place = _task(session, settings, identity, surface, text, advice)
        return {"span": place, "text": wording_help.ask(endpoint, task)}
    except WordingFailure as failure:
        raise as_problem(failure) from None


def _task(
    session: Session, settings: Settings, identity: Identity, surface: Surface, text: str, code: str
) -> tuple[Task, dict[str, int]]:
    """What is asked about the first words that the advice names, or about the whole text if it names none; and their place."""
    assessment = operations.assess(
        session, user_id=identity.user_id, surface=surface, text=text, secret_keys=settings.secret_keys
    )
    # Also where the rep says that the draft is about business: it would go to another company.
    if assessment["gate"]["state"] == "protected" or assessment["gate"]["unread"]:
        raise _nothing("protected", "A draft with a sentence about somebody's own matters gets no suggestion.")
    advice = next((one for one in assessment["advice"] if one["code"] == code and one["worth"] > 0), None)
    if advice is None:
        raise _nothing("outdated", "This advice is no longer about your text. Wait for the next tips.")
    whole = {"offset": 0, "length": Utf16(text).length}
    place = min(advice["spans"], key=lambda span: span["offset"], default=whole)
    units = text.encode("utf-16-le")
    passage = units[2 * place["offset"] : 2 * (place["offset"] + place["length"])].decode("utf-16-le")
    return Task(advice["message"], advice["question"], text, passage), place


def _nothing(code: str, detail: str) -> Problem:
    return Problem(409, f"wording-{code}", "No wording", detail=detail)
