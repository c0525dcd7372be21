"""Idempotent writes: repeating a request with the same Idempotency-Key returns the stored response."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.activities.models import IdempotencyRecord
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.problems import Problem
from server.core.secret_keys import SecretKeys

#: Status of a record whose response is not computed yet; only visible within its own transaction.
PENDING = 0


@dataclass(frozen=True, slots=True)
class IdempotentResponse:
    """``replayed``: the response was stored by an earlier request."""

    status: int
    body: dict[str, Any]
    replayed: bool


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """``body_hmacs`` are keyed because a short text could be guessed from an unkeyed hash: one for each secret key, the current
    one's first."""

    user_id: int
    key: str
    body_hmacs: tuple[str, ...]

    @property
    def caller(self) -> dict[str, int]:
        return {"user_id": self.user_id}


@dataclass(frozen=True, slots=True)
class IntegrationRequest:
    """The same for an integration, which has keys of its own."""

    integration_id: int
    key: str
    body_hmacs: tuple[str, ...]

    @property
    def caller(self) -> dict[str, int]:
        return {"integration_id": self.integration_id}


def build_idempotent_request(
    *, user_id: int, key: str, call: str, body: dict[str, Any], secret_keys: SecretKeys
) -> IdempotentRequest:
    """``call`` names the operation. ``body`` is the validated body as JSON-ready data, so that whitespace and the order of
    fields make no difference."""
    return IdempotentRequest(user_id, key, _body_hmacs(call, body, secret_keys))


def build_integration_request(
    *, integration_id: int, key: str, call: str, body: dict[str, Any], secret_keys: SecretKeys
) -> IntegrationRequest:
    return IntegrationRequest(integration_id, key, _body_hmacs(call, body, secret_keys))


def _body_hmacs(call: str, body: dict[str, Any], secret_keys: SecretKeys) -> tuple[str, ...]:
    canonical = json.dumps([call, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # A body whose rows are checked one by one may contain unpaired surrogates.
    data = b"keyed\0" + canonical.encode("utf-8", "surrogatepass")
    return tuple(hmac.new(key, data, hashlib.sha256).hexdigest() for key in secret_keys)


def find_response(session: Session, request: IdempotentRequest | IntegrationRequest) -> IdempotentResponse | None:
    """The response to an earlier request with the same key, if any; 422 if that request had another body."""
    row = session.scalar(_select(request))
    return None if row is None else _replay(row, request)


def run_once(
    session: Session,
    request: IdempotentRequest | IntegrationRequest,
    operation: Callable[[], tuple[int, dict[str, Any]]],
) -> IdempotentResponse:
    """Runs ``operation`` and stores the status and body it returns in the same transaction. Of two concurrent requests, the
    second waits for the first one's unique key and then replays its response. If ``operation`` raises, nothing is stored
    and the key can be used again."""
    is_first = insert_if_absent(
        session,
        IdempotencyRecord,
        **request.caller,
        key=request.key,
        body_hmac=request.body_hmacs[0],
        status=PENDING,
        answer={},
        created_at=now(),
    )
    if not is_first:
        return _replay(session.scalars(_select(request)).one(), request)
    status, answer = operation()
    session.execute(update(IdempotencyRecord).filter_by(**request.caller, key=request.key).values(status=status, answer=answer))
    return IdempotentResponse(status, answer, replayed=False)


def _select(request: IdempotentRequest | IntegrationRequest) -> Any:
    return select(IdempotencyRecord).filter_by(**request.caller, key=request.key)


def _replay(row: IdempotencyRecord, request: IdempotentRequest | IntegrationRequest) -> IdempotentResponse:
    if not any(hmac.compare_digest(row.body_hmac, body_hmac) for body_hmac in request.body_hmacs):
        raise Problem(
            422,
            "key-reused",
            "This Idempotency-Key was used with another body",
            detail="Use a new key for a new request, or repeat the first body to get the first response again.",
            errors=[{"field": "Idempotency-Key", "message": "was used with another body"}],
        )
    return IdempotentResponse(row.status, row.answer, replayed=True)
