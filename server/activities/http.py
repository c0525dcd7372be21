"""Helpers that the API and the pages share: creating a share, and idempotent requests and responses."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.wrappers import Response

from server.activities.idempotency import (
    IdempotentRequest,
    IdempotentResponse,
    IntegrationRequest,
    build_idempotent_request,
    build_integration_request,
)
from server.activities.operations import PublishedItem, create_share
from server.activities.schemas import ShareIn
from server.core.database.session import db, engine
from server.core.identity import current_identity, current_integration
from server.security.guard import settings


def share_response(body: ShareIn, *, key: str, source: str) -> Response:
    """Creates a share for the signed-in user. ``source`` is one of ``activities.models.SOURCES``."""
    request = own_idempotent_request("share", key, body.model_dump(mode="json"))
    item = PublishedItem(body.surface, body.text, _sections(body), body.url, body.occurred_at)
    return to_response(create_share(db(), engine(), request, item, source=source, secret_keys=settings().secret_keys))


def own_idempotent_request(call: str, key: str, body: dict[str, Any]) -> IdempotentRequest:
    """A request by the signed-in user; see ``build_idempotent_request``."""
    user_id = current_identity().user_id
    return build_idempotent_request(user_id=user_id, key=key, call=call, body=body, secret_keys=settings().secret_keys)


def integration_request(call: str, key: str, body: dict[str, Any]) -> IntegrationRequest:
    """A request by the integration whose token was sent."""
    integration_id = current_integration().integration_id
    return build_integration_request(
        integration_id=integration_id, key=key, call=call, body=body, secret_keys=settings().secret_keys
    )


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
