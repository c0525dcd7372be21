"""A rep's own pages: shared items, how a score adds up, and the credit statement. Also the web composer's share calls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as Redirect

from nlp import Assessment, Draft
from nlp.inputs import count_units
from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UNITS
from server.activities import operations
from server.activities.explanation import steps
from server.activities.http import share_response
from server.activities.items import OwnItem, get_own_item, list_own_items
from server.activities.outcomes import outcomes_of_items
from server.activities.queries import items_by_id
from server.activities.schemas import KeyHeader, ShareIn
from server.appeals.history import appeals_by_item, recent_answers
from server.appeals.states import contest_states_of
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.json_bodies import invalid_body_response, json_body
from server.core.periods import week_periods
from server.core.problems import Problem
from server.core.schemas import Id
from server.credit.published import next_policy
from server.credit.queries import current_policy
from server.credit.statement import get_statement, get_summary
from server.people.queries import acknowledged_at, get_calendar, get_organisation
from server.people.standard_metrics import LEDGER_METRIC
from server.people.time_allowances import own_allowance
from server.scorecards.operations import own_weeks, shown_metrics
from server.scorecards.outcomes import own_outcomes
from server.tuning.champion import champion_coach
from server.tuning.coach_queue import run_coach

pages = Blueprint("own", __name__, template_folder="templates")

#: Far more pages than anybody has; larger numbers would overflow the query's offset.
MAX_PAGE = 1_000
#: The largest number of an entry that both databases compare.
MAX_SEQ = 2**31 - 1


@pages.get("/me")
@page(writes=False)
def items() -> str:
    user_id = current_identity().user_id
    page_number = max(1, min(request.args.get("page", default=1, type=int), MAX_PAGE))
    week = own_weeks(db(), user_id=user_id, week=get_calendar(db()).this_monday())
    shared = list_own_items(db(), user_id=user_id, page=page_number)
    return render_template(
        "activities/items.html",
        shared=shared,
        outcomes=outcomes_of_items(db(), user_id=user_id, item_ids=[item.id for item in shared.items]),
        outcomes_by_week=own_outcomes(db(), user_id=user_id, periods=week_periods(week.weeks)),
        periods=week_periods(week.weeks),
        contests=contest_states_of(db(), activity_ids=[item.id for item in shared.items]),
        answered=recent_answers(db(), user_id=user_id),
        page_number=page_number,
        summary=get_summary(db(), user_id=user_id),
        week=week,
        ledger_metric=LEDGER_METRIC,
        # Social credit has a figure of its own.
        metrics=[metric for metric in shown_metrics(db(), week) if metric.record_kind is not None],
        read_notice=acknowledged_at(db(), user_id=user_id) is not None,
        time=own_allowance(db(), user_id=user_id),
        upcoming=next_policy(db()),
    )


@pages.get("/me/items/<int:share_id>")
@page(writes=False)
def item(share_id: int) -> str:
    own_item = get_own_item(db(), user_id=current_identity().user_id, share_id=share_id)
    is_busy = False
    try:
        assessment = _reassess(own_item)
    except Problem as problem:
        if not problem.is_temporary:
            raise
        assessment, is_busy = None, True
    score_steps = steps(assessment) if assessment else ()
    return render_template(
        "activities/item.html",
        item=own_item,
        assessment=assessment,
        steps=score_steps,
        is_busy=is_busy,
        outcomes=outcomes_of_items(db(), user_id=current_identity().user_id, item_ids=[share_id]),
    )


def _reassess(own_item: OwnItem) -> Assessment | None:
    """A new assessment of the shared text, to explain its score. None if the text was deleted or is too long, or if the active
    scoring gives a different score, which would not explain the stored one."""
    text, kind = own_item.text, own_item.kind
    if text is None or own_item.score is None or kind not in DRAFT_SURFACES or count_units(text) > MAX_DRAFT_UNITS:
        return None
    coach = champion_coach(db())
    trade_words = tuple(get_organisation(db()).trade_words)
    assessment = run_coach(
        lambda: coach.assess(Draft(kind, text, trade_words=trade_words)),
        user_id=current_identity().user_id,
        label=kind,
        texts=(text,),
    )
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
    week = own_weeks(db(), user_id=user_id, week=get_calendar(db()).this_monday())
    before = request.args.get("before", type=int)
    statement = get_statement(db(), user_id=user_id, before=before if before is None else min(max(before, 1), MAX_SEQ))
    item_ids = {line.activity_id for line in statement.lines if line.activity_id is not None}
    return render_template(
        "activities/credit.html",
        summary=get_summary(db(), user_id=user_id),
        statement=statement,
        is_newest=before is None,
        contests=contest_states_of(db(), activity_ids=item_ids),
        items=items_by_id(db(), activity_ids=item_ids),
        appeals=appeals_by_item(db(), user_id=user_id),
        week=week,
        outcomes_by_week=own_outcomes(db(), user_id=user_id, periods=week_periods(week.weeks)),
        periods=week_periods(week.weeks),
        ledger_metric=LEDGER_METRIC,
        policy=current_policy(db()),
        time=own_allowance(db(), user_id=user_id),
        upcoming=next_policy(db()),
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
    return share_response(body, key=header.key, source="web")


@pages.post("/write/withdraw")
@page()
@json_body(Id)
def withdraw_from_composer(body: Id) -> dict[str, Any]:
    withdrawn = operations.withdraw(db(), user_id=current_identity().user_id, share_id=body.id)
    return {"id": withdrawn.activity.id, "state": withdrawn.activity.state}
