"""A rep's own pages: contesting an item or asking about it, and what became of that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.activities.items import get_own_item
from server.activities.models import Activity
from server.activities.queries import items_by_id
from server.appeals import operations, queries
from server.appeals.access import answerers
from server.appeals.decisions import MAX_TEXT_LENGTH
from server.appeals.history import describe, item_history
from server.appeals.states import contest_state
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, not_found
from server.people.queries import get_calendar, get_organisation
from server.security.guard import settings

pages = Blueprint("own_appeals", __name__, template_folder="templates")


@pages.get("/me/appeals")
@page(writes=False)
def show() -> str:
    appeals = queries.appeals_of_person(db(), user_id=current_identity().user_id)
    items = items_by_id(db(), activity_ids={appeal.activity_id for appeal in appeals})
    open_ids = {appeal.id for appeal in queries.open_appeals(db())}
    return render_template(
        "appeals/own.html",
        appeals=describe(db(), appeals),
        items=items,
        calendar=get_calendar(db()),
        current=get_organisation(db()),
        without_answerer={
            appeal.id
            for appeal in appeals
            if appeal.id in open_ids and not answerers(db(), appeal=appeal, activity=items[appeal.activity_id])
        },
    )


@pages.get("/me/items/<int:share_id>/ask")
@page(writes=False)
def ask_form(share_id: int) -> str:
    return _render(share_id)


@pages.post("/me/items/<int:share_id>/ask")
@page()
def ask(share_id: int) -> Response | tuple[str, int]:
    try:
        operations.open_appeal(
            db(),
            user_id=current_identity().user_id,
            activity_id=share_id,
            kind=request.form.get("kind", ""),
            question=request.form.get("question", ""),
            mails=settings().mail is not None,
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        db().rollback()
        return _render(share_id, problem), problem.status
    flash("Sent. You see the answer here.", "good")
    return redirect("/me/appeals", code=303)


@pages.post("/me/appeals/<int:appeal_id>/withdraw")
@page()
def withdraw(appeal_id: int) -> Response:
    operations.withdraw_appeal(db(), user_id=current_identity().user_id, appeal_id=appeal_id)
    flash("Withdrawn. What you wrote was deleted.", "good")
    return redirect("/me/appeals", code=303)


def _render(share_id: int, problem: Problem | None = None) -> str:
    item = get_own_item(db(), user_id=current_identity().user_id, share_id=share_id)
    if item.state == "withdrawn":
        raise not_found()
    field = problem.errors[0]["field"] if problem is not None and problem.errors else ""
    return render_template(
        "appeals/ask.html",
        item=item,
        state=contest_state(db(), db().get_one(Activity, share_id)),
        history_lines=item_history(db(), activity_id=share_id),
        typed=request.form,
        problem=problem,
        errors={field: as_sentence(problem)} if problem is not None and field else {},
        max_length=MAX_TEXT_LENGTH,
        current=get_organisation(db()),
    )
