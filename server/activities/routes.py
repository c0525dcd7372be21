"""Sharing, withdrawing and the CRM's counts over HTTP."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.wrappers import Response
from flask_openapi import APIBlueprint

from server.activities import idempotency as keyed
from server.activities import operations
from server.activities.operations import Published
from server.activities.schemas import KeyHeader, RecordsIn, RecordsOut, ShareIn, ShareOut, WithdrawnOut
from server.coaching.operations import coach
from server.core.access import token
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current
from server.core.schemas import Id
from server.security.guard import settings

api = APIBlueprint("activities", __name__, abp_tags=[{"name": "activities"}])


@api.post("/shares", responses={201: ShareOut})
@token("share")
def share(header: KeyHeader, body: ShareIn) -> Response:
    """Let one published item count toward credit."""
    return _answered(answer_share(body, key=header.key, source="extension"))


@api.delete("/shares/<int:id>", responses={200: WithdrawnOut})
@token("share")
def withdraw(path: Id) -> dict[str, Any]:
    """Take an item back; its credit is reversed, never erased."""
    session = db()
    taken = operations.withdraw(session, user_id=current().user_id, share_id=path.id)
    return {
        "id": taken.activity.id,
        "state": taken.activity.state,
        "entry": operations.entry_answer(session, taken.entry),
    }


@api.post("/activities", responses={201: RecordsOut})
@token("activities:write")
def take_over(header: KeyHeader, body: RecordsIn) -> Response:
    """Calls, leads followed up, meetings and deals from a CRM, up to 500 at once; all of them or none."""
    request = _request("activities", header.key, body.model_dump(mode="json"))
    session = db()

    def act() -> tuple[int, dict[str, Any]]:
        accepted, known = operations.take_over(session, body, key=request.key)
        return 201, {"accepted": accepted, "already_known": known}

    return _answered(keyed.once(session, request, act))


def answer_share(body: ShareIn, *, key: str, source: str) -> keyed.Answer:
    """The same way for every client. ``source`` is one of ``activities.models.SOURCES``."""
    request = _request("share", key, body.model_dump(mode="json"))
    item = Published(body.surface, body.text, _sections(body), body.url, body.occurred_at)
    # Judged before the writing transaction begins: language work must not keep other writers waiting.
    with unit_of_work(engine(), writes=False) as reading:
        before = keyed.known(reading, request)
        judge = coach(reading)
    if before is not None:
        return before
    assessment = operations.assess(judge, item)
    session = db()

    def act() -> tuple[int, dict[str, Any]]:
        shared = operations.share(
            session,
            item,
            assessment,
            user_id=request.user_id,
            source=source,
            key=request.key,
            secret=settings().secret,
        )
        return 201, operations.share_answer(session, shared)

    return keyed.once(session, request, act)


def _request(call: str, key: str, body: dict[str, Any]) -> keyed.Request:
    return keyed.request_of(user_id=current().user_id, key=key, call=call, body=body, secret=settings().secret)


def _sections(body: ShareIn) -> dict[str, str | tuple[str, ...] | None] | None:
    if body.sections is None:
        return None
    return {name: tuple(part) if isinstance(part, list) else part for name, part in body.sections.items()}


def _answered(answer: keyed.Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.hit:
        response.headers["Idempotency-Hit"] = "true"
    return response
