"""What the API and the pages share when they create a share or answer an idempotent request."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.wrappers import Response

from server.activities.idempotency import IdempotentRequest, IdempotentResponse, idempotent_request
from server.activities.operations import PublishedItem, create_share
from server.activities.schemas import ShareIn
from server.core.database.session import db, engine
from server.core.identity import current_identity
from server.security.guard import settings


def answer_share(body: ShareIn, *, key: str, source: str) -> Response:
    """The same for every client. ``source`` is one of ``activities.models.SOURCES``."""
    request = keyed_request("share", key, body.model_dump(mode="json"))
    item = PublishedItem(body.surface, body.text, _sections(body), body.url, body.occurred_at)
    return to_response(create_share(db(), engine(), request, item, source=source, secret=settings().secret))


def keyed_request(call: str, key: str, body: dict[str, Any]) -> IdempotentRequest:
    user_id = current_identity().user_id
    return idempotent_request(user_id=user_id, key=key, call=call, body=body, secret=settings().secret)


def to_response(result: IdempotentResponse) -> Response:
    response = jsonify(result.body)
    response.status_code = result.status
    if result.replayed:
        response.headers["Idempotency-Hit"] = "true"
    return response


def _sections(body: ShareIn) -> dict[str, str | tuple[str, ...] | None] | None:
    if body.sections is None:
        return None
    return {name: tuple(part) if isinstance(part, list) else part for name, part in body.sections.items()}
