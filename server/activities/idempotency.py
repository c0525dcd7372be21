"""A keyed write happens once: every repetition gets the first answer again (trust.md section 7)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities.models import KeyedAnswer
from server.core.clock import now
from server.core.database.upsert import insert_missing
from server.core.problems import Problem

#: Status of a row whose answer is being worked out; only its own transaction ever sees it.
UNDECIDED = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """``hit``: it is the first one's, given again."""

    status: int
    body: dict[str, Any]
    hit: bool


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks what under which key. ``digest`` is a keyed hash: a short text could be guessed from a bare one."""

    user_id: int
    key: str
    digest: str


def request_of(*, user_id: int, key: str, call: str, body: dict[str, Any], secret: bytes) -> Request:
    """``body`` is the validated one as JSON-ready data, so that layout and order of fields make no difference."""
    canonical = json.dumps([call, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Request(user_id, key, hmac.new(secret, b"keyed\0" + canonical.encode(), hashlib.sha256).hexdigest())


def known(session: Session, request: Request) -> Answer | None:
    """The answer given before; 422 when the key stands for another body."""
    row = session.scalar(_of(request))
    return None if row is None else _repeated(row, request)


def once(session: Session, request: Request, act: Callable[[], tuple[int, dict[str, Any]]]) -> Answer:
    """Runs ``act`` and keeps its answer in the same transaction. When two come at once, the second waits on the key and
    reads what the first one left. A refusal raised by ``act`` keeps nothing: the key may be used again."""
    first = insert_missing(
        session,
        KeyedAnswer,
        user_id=request.user_id,
        key=request.key,
        body_hmac=request.digest,
        status=UNDECIDED,
        answer={},
        created_at=now(),
    )
    row = session.scalars(_of(request)).one()
    if not first:
        return _repeated(row, request)
    row.status, row.answer = act()
    session.flush()
    return Answer(row.status, row.answer, hit=False)


def _of(request: Request) -> Any:
    return select(KeyedAnswer).where(KeyedAnswer.user_id == request.user_id, KeyedAnswer.key == request.key)


def _repeated(row: KeyedAnswer, request: Request) -> Answer:
    if not hmac.compare_digest(row.body_hmac, request.digest):
        raise Problem(
            422,
            "key-reused",
            "This Idempotency-Key stands for another body",
            detail="Use a new key for a new request; repeat the first body to get its answer again.",
            errors=[{"field": "Idempotency-Key", "message": "was used with another body"}],
        )
    return Answer(row.status, row.answer, hit=True)
