"""A suggested wording of what one piece of advice is about, from the organisation's endpoint. The text and the answer are
neither stored nor logged, and nothing about the request is recorded except a count for its limit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from nlp.model import Surface, Utf16
from server.coaching import operations
from server.core.identity import Identity
from server.core.problems import Problem, field_problem
from server.core.settings import Settings
from server.people.queries import get_organisation, has_acknowledged
from server.security.limits import WORDINGS, RateLimiter
from server.wording_help import operations as wording_help
from server.wording_help import prompt
from server.wording_help.failures import WordingFailure, as_problem
from server.wording_help.prompt import Task
from server.wording_help.queries import get_choice

Transaction = Callable[..., AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Asked:
    """For a piece of advice on a text. ``company``: whom the person was told receives the text."""

    surface: Surface
    text: str
    advice: str
    company: str


def suggest(
    transaction: Transaction, settings: Settings, limiter: RateLimiter, *, identity: Identity, asked: Asked
) -> dict[str, Any]:
    """Opens a transaction of its own, because the endpoint must not be asked in one. 409 unless the organisation and the
    person have switched it on and the person knows to which company the text goes, and if nothing may be suggested for this
    text; 502 to 504 if the endpoint gives nothing."""
    limiter.hit(WORDINGS, str(identity.user_id))
    if Utf16(asked.text).length > prompt.max_draft():
        raise field_problem("text", f"must be at most {prompt.max_draft():,} UTF-16 code units long", limit=prompt.max_draft())
    try:
        with transaction(writes=False) as session:
            if not operations.get_preference(session, user_id=identity.user_id).wording_help:
                raise wording_help.switched_off()
            endpoint = wording_help.get_endpoint(session, settings)
            _refuse_unknown_company(session, identity, asked.company)
            task, place = _task(session, settings, identity, asked)
        return {"span": place, "text": wording_help.ask(endpoint, task)}
    except WordingFailure as failure:
        raise as_problem(failure) from None


def _refuse_unknown_company(session: Session, identity: Identity, company: str) -> None:
    """The notice names the company, and another company is another version of it. What a page or the card shows may be older
    than what the person has read since."""
    version = get_organisation(session).notice_version
    if not has_acknowledged(session, user_id=identity.user_id, notice_version=version):
        raise Problem(
            409,
            "notice-not-acknowledged",
            "Read the privacy notice first",
            detail="Read the privacy notice before you ask for a wording: it names the company that would receive your draft. "
            "You find it under My work, My data.",
        )
    if company != get_choice(session).company:
        raise _nothing(
            "company",
            "Another company suggests the wordings now, so your draft was not sent. Reload this page to see which one, "
            "then ask again.",
        )


def _task(session: Session, settings: Settings, identity: Identity, asked: Asked) -> tuple[Task, dict[str, int]]:
    """What is asked about the first words that the advice names, or about the whole text if it names none; and their place."""
    text = asked.text
    assessment = operations.assess(
        session, user_id=identity.user_id, surface=asked.surface, text=text, secret_keys=settings.secret_keys
    )
    # Also where the rep says that the draft is about business: it would go to another company.
    if assessment["gate"]["state"] == "protected" or assessment["gate"]["unread"]:
        raise _nothing("protected", "A draft with a sentence about somebody's own matters gets no suggestion.")
    advice = next((one for one in assessment["advice"] if one["code"] == asked.advice and one["worth"] > 0), None)
    if advice is None:
        raise _nothing("outdated", "This advice is no longer about your text. Wait for the next tips.")
    whole = {"offset": 0, "length": Utf16(text).length}
    place = min(advice["spans"], key=lambda span: span["offset"], default=whole)
    units = text.encode("utf-16-le")
    passage = units[2 * place["offset"] : 2 * (place["offset"] + place["length"])].decode("utf-16-le")
    return Task(advice["message"], advice["question"], text, passage), place


def _nothing(code: str, detail: str) -> Problem:
    return Problem(409, f"wording-{code}", "No wording", detail=detail)
