"""A rep's own pages: shared items, how their scores add up, and the credit statement; sharing from the web composer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as Redirect

from nlp import Assessment, Draft
from nlp.model import DRAFT_SURFACES
from server.activities import operations
from server.activities.explanation import steps
from server.activities.http import answer_share
from server.activities.items import OwnItem, get_own_item, list_own_items
from server.activities.schemas import KeyHeader, ShareIn
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.json_bodies import invalid_body_response, json_body
from server.core.schemas import Id
from server.core.weeks import this_monday
from server.credit.queries import current_policy
from server.credit.statement import get_statement
from server.people.queries import acknowledged_at
from server.scorecards.operations import own_weeks
from server.tuning.champion import champion_coach

pages = Blueprint("own", __name__, template_folder="templates")

#: Far beyond a working life of sharing.
LAST_PAGE = 1_000


@pages.get("/me")
@page(writes=False)
def items() -> str:
    user_id = current_identity().user_id
    number = max(1, min(request.args.get("page", default=1, type=int), LAST_PAGE))
    return render_template(
        "activities/items.html",
        shared=list_own_items(db(), user_id=user_id, page=number),
        number=number,
        statement=get_statement(db(), user_id=user_id),
        week=own_weeks(db(), user_id=user_id, week=this_monday()),
        read_notice=acknowledged_at(db(), user_id=user_id) is not None,
    )


@pages.get("/me/items/<int:share_id>")
@page(writes=False)
def item(share_id: int) -> str:
    own_item = get_own_item(db(), user_id=current_identity().user_id, share_id=share_id)
    explained = _explain(own_item)
    score_steps = steps(explained) if explained else ()
    return render_template("activities/item.html", item=own_item, explained=explained, steps=score_steps)


def _explain(own_item: OwnItem) -> Assessment | None:
    """A new assessment of the text that was shared. None where the text was deleted, or where today's scoring gives another
    score: an explanation of a number that the rep never saw would explain nothing."""
    if own_item.text is None or own_item.kind not in DRAFT_SURFACES:
        return None
    assessment = champion_coach(db()).assess(Draft(own_item.kind, own_item.text))
    return assessment if assessment.score is not None and assessment.score == own_item.score else None


@pages.post("/me/items/<int:share_id>/withdraw")
@page()
def withdraw(share_id: int) -> Redirect:
    operations.withdraw(db(), user_id=current_identity().user_id, share_id=share_id)
    flash("Withdrawn. Any points it earned were taken back.", "good")
    return redirect("/me", code=303)


@pages.get("/me/credit")
@page(writes=False)
def statement() -> str:
    user_id = current_identity().user_id
    return render_template(
        "activities/credit.html",
        statement=get_statement(db(), user_id=user_id),
        week=own_weeks(db(), user_id=user_id, week=this_monday()),
        policy=current_policy(db()),
    )


# --- called by the web composer's script ------------------------------------------------------------------------------


@pages.post("/write/share")
@page()
@json_body(ShareIn)
def share_from_composer(body: ShareIn) -> Response:
    try:
        header = KeyHeader.model_validate({"Idempotency-Key": request.headers.get("Idempotency-Key")})
    except ValidationError as error:
        return invalid_body_response(error)
    return answer_share(body, key=header.key, source="web")


@pages.post("/write/withdraw")
@page()
@json_body(Id)
def withdraw_from_composer(body: Id) -> dict[str, Any]:
    withdrawn = operations.withdraw(db(), user_id=current_identity().user_id, share_id=body.id)
    return {"id": withdrawn.activity.id, "state": withdrawn.activity.state}
