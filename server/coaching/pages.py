"""The web composer: a page, and the calls that its script makes with the session instead of a token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field, ValidationError

from server.activities import operations as activities
from server.activities.routes import answer_share
from server.activities.schemas import KeyHeader, ShareIn
from server.coaching import operations
from server.coaching.schemas import AssessIn, CompareIn
from server.core import requests
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current
from server.core.schemas import Body, Id
from server.security.guard import settings

pages = Blueprint("composer", __name__, template_folder="templates")


class RuleIn(Body):
    rule: str = Field(max_length=100)


@pages.get("/write")
@page(writes=False)
def write() -> str:
    return render_template("coaching/write.html")


# Reads only: a draft leaves nothing behind.
@pages.post("/write/assess")
@page(writes=False)
def assess() -> dict[str, Any] | Response:
    requests.check_json_body()
    try:
        body = AssessIn.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    return operations.assess(
        db(),
        user_id=current().user_id,
        surface=body.surface,
        text=body.text,
        previous=body.previous,
        secret=settings().secret,
    )


@pages.post("/write/compare")
@page(writes=False)
def compare() -> dict[str, Any] | Response:
    requests.check_json_body()
    try:
        body = CompareIn.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    return operations.compare(db(), surface=body.surface, a=body.a, b=body.b)


@pages.post("/write/share")
@page()
def share() -> Response:
    requests.check_json_body()
    try:
        header = KeyHeader.model_validate({"Idempotency-Key": request.headers.get("Idempotency-Key")})
        body = ShareIn.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    answer = answer_share(body, key=header.key, source="web")
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.hit:
        response.headers["Idempotency-Hit"] = "true"
    return response


@pages.post("/write/turn-off")
@page()
def turn_off() -> dict[str, Any] | Response:
    requests.check_json_body()
    try:
        body = RuleIn.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    user_id = current().user_id
    operations.switch_rule_off(db(), user_id=user_id, rule=body.rule)
    return {"rules_off": list(operations.preference(db(), user_id=user_id).rules_off)}


@pages.post("/write/ignore")
@page()
def ignore() -> dict[str, Any] | Response:
    requests.check_json_body()
    try:
        body = RuleIn.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    operations.ignore(db(), user_id=current().user_id, rule=body.rule)
    return {}


@pages.post("/write/withdraw")
@page()
def withdraw() -> dict[str, Any] | Response:
    requests.check_json_body()
    try:
        body = Id.model_validate_json(request.get_data())
    except ValidationError as error:
        return requests.invalid_body(error)
    taken = activities.withdraw(db(), user_id=current().user_id, share_id=body.id)
    return {"id": taken.activity.id, "state": taken.activity.state}
