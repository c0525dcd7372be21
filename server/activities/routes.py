"""The API for sharing and withdrawing items and for the CRM import."""

from __future__ import annotations

from typing import Any

from flask.wrappers import Response
from flask_openapi import APIBlueprint

from server.activities import operations
from server.activities.crm_import import import_crm_records
from server.activities.http import integration_request, share_response, to_response
from server.activities.idempotency import run_once
from server.activities.schemas import KeyHeader, RecordsIn, RecordsOut, ShareIn, ShareOut, WithdrawnOut
from server.core.access import token
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.schemas import Id
from server.credit.statement import entry_out

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
    """Calls, leads followed up, meetings and deals from a CRM, up to 500 at once; all of them or none."""
    request = integration_request("activities", header.key, body.model_dump(mode="json"))
    session = db()

    def import_batch() -> tuple[int, dict[str, Any]]:
        accepted, already_known = import_crm_records(session, body, key=request.key)
        return 201, {"accepted": accepted, "already_known": already_known}

    return to_response(run_once(session, request, import_batch))
