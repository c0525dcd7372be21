"""The API for sharing and withdrawing items and for records from other systems."""

from __future__ import annotations

from typing import Any

from flask import request as flask_request
from flask.wrappers import Response
from flask_openapi import APIBlueprint

from server.activities import operations
from server.activities.http import integration_request, share_response, to_response
from server.activities.idempotency import run_once
from server.activities.schemas import KeyHeader, ShareIn, ShareOut, WithdrawnOut
from server.core.access import token
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.core.schemas import Id
from server.credit.statement import entry_out
from server.records.operations import apply_records
from server.records.schemas import RecordsIn, RecordsOut, records_out

api = APIBlueprint("activities", __name__, abp_tags=[{"name": "activities"}])


@api.post("/shares", responses={201: ShareOut})
@token("share")
def share(header: KeyHeader, body: ShareIn) -> Response:
    """Let one published item count toward credit."""
    return share_response(body, key=header.key, source="extension")


@api.delete("/shares/<int:id>", responses={200: WithdrawnOut})
@token("share")
def withdraw(path: Id) -> dict[str, Any]:
    """Withdraw an item; its credit is reversed, never erased."""
    session = db()
    withdrawn = operations.withdraw(session, user_id=current_identity().user_id, share_id=path.id)
    return {
        "id": withdrawn.activity.id,
        "state": withdrawn.activity.state,
        "entry": entry_out(session, withdrawn.entry),
    }


@api.post("/activities", responses={201: RecordsOut})
@token("activities:write")
def take_over(  # this name is part of the OpenAPI operationId, from which clients are generated
    header: KeyHeader, body: RecordsIn
) -> Response:
    """Calls, leads followed up, meetings, deals and other records from a CRM, up to 500 at once. A row that cannot be stored is
    listed in `errors` and the others are stored; if none can, the response is 422 with the errors of all."""
    request = integration_request("activities", header.key, flask_request.get_json())
    session = db()

    def import_batch() -> tuple[int, dict[str, Any]]:
        outcomes = list(apply_records(session, body.source, body.rows(), import_id=request.key))
        answer = records_out(outcomes)
        if answer["refused"] == len(outcomes):
            raise _all_refused(answer["errors"])
        return 201, answer

    return to_response(run_once(session, request, import_batch))


def _all_refused(errors: list[dict[str, Any]]) -> Problem:
    """As for any invalid body; nothing was stored, so the key can be used again."""
    named = [{"field": f"activities.{error['row']}.{error['field']}", "message": error["message"]} for error in errors]
    return Problem(422, "invalid-field", f"{named[0]['field']}: {named[0]['message']}", errors=named)
