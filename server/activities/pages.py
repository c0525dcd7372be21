"""A rep's own pages: shared items, how their scores add up, and the credit statement."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp import Assessment, Draft
from nlp.model import DRAFT_SURFACES
from server.activities import operations
from server.activities.explanation import steps
from server.coaching.operations import coach
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current
from server.core.weeks import this_monday
from server.credit import queries as credit
from server.privacy import queries as kept
from server.scorecards import queries as scorecards
from server.scorecards.queries import OwnItem

pages = Blueprint("own", __name__, template_folder="templates")

#: Far beyond a working life of sharing.
LAST_PAGE = 1_000


@pages.get("/me")
@page(writes=False)
def items() -> str:
    user_id = current().user_id
    number = max(1, min(request.args.get("page", default=1, type=int), LAST_PAGE))
    return render_template(
        "activities/items.html",
        shared=scorecards.my_items(db(), user_id=user_id, page=number),
        number=number,
        statement=scorecards.statement(db(), user_id=user_id),
        week=scorecards.own_weeks(db(), user_id=user_id, week=this_monday()),
        read_notice=kept.acknowledged_at(db(), user_id=user_id) is not None,
    )


@pages.get("/me/items/<int:share_id>")
@page(writes=False)
def item(share_id: int) -> str:
    found = scorecards.my_item(db(), user_id=current().user_id, item_id=share_id)
    explained = _explained(found)
    return render_template("activities/item.html", item=found, explained=explained, steps=steps(explained) if explained else ())


def _explained(found: OwnItem) -> Assessment | None:
    """The assessment once more, from the text that was shared. None where the text is gone, or where today's scoring
    answers another score: an explanation of a number that the rep never saw would explain nothing."""
    if found.text is None or found.kind not in DRAFT_SURFACES:
        return None
    again = coach(db()).assess(Draft(found.kind, found.text))
    return again if again.score is not None and again.score == found.score else None


@pages.post("/me/items/<int:share_id>/withdraw")
@page()
def withdraw(share_id: int) -> Response:
    operations.withdraw(db(), user_id=current().user_id, share_id=share_id)
    flash("Withdrawn. The credit was taken back.", "good")
    return redirect("/me", code=303)


@pages.get("/me/credit")
@page(writes=False)
def statement() -> str:
    user_id = current().user_id
    return render_template(
        "activities/credit.html",
        statement=scorecards.statement(db(), user_id=user_id),
        week=scorecards.own_weeks(db(), user_id=user_id, week=this_monday()),
        policy=credit.policy_in_force(db()),
    )
