"""The pages of those who answer: what waits, one appeal, one item."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.appeals import decisions, operations, queue, record
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, field_problem
from server.credit.corrections import Terms
from server.security.guard import settings

pages = Blueprint("appeals", __name__, template_folder="templates")

Answer = Response | tuple[str, int]


@pages.get("/appeals")
@page(writes=False)
def show_queue() -> str:
    return render_template("appeals/queue.html", queue=queue.get_queue(db(), viewer=current_identity()))


# Writes a record of the view, which the rep can see.
@pages.get("/appeals/<int:appeal_id>")
@page(writes=True)
def show_appeal(appeal_id: int) -> str:
    return _render_appeal(appeal_id)


@pages.post("/appeals/<int:appeal_id>")
@page()
def answer(appeal_id: int) -> Answer:
    appeal, activity, _ = operations.require_answerable(db(), viewer=current_identity(), appeal_id=appeal_id)
    kind = appeal.kind
    outcome = "explained" if kind == "explanation" else request.form.get("outcome", "")
    try:
        operations.answer(
            db(),
            answerer=current_identity(),
            appeal_id=appeal_id,
            outcome=cast("operations.Outcome", outcome),
            terms=_terms(activity.id) if outcome == "new-entry" else None,
            reason=request.form.get("reason", ""),
            mails=settings().mail is not None,
        )
    except Problem as problem:
        _undo(problem)
        return _render_appeal(appeal_id, problem), problem.status
    flash("Answered. The person can read it now.", "good")
    return redirect("/appeals", code=303)


@pages.get("/appeals/items/<int:activity_id>")
@page("manager", "admin", writes=True)
def show_item(activity_id: int) -> str:
    return _render_item(activity_id)


@pages.post("/appeals/items/<int:activity_id>")
@page("manager", "admin")
def decide(activity_id: int) -> Answer:
    change = request.form.get("outcome", "")
    try:
        if change not in ("count", "refuse"):
            raise field_problem("outcome", "must be chosen")
        decisions.decide(
            db(),
            decider=current_identity(),
            activity_id=activity_id,
            change=cast("decisions.Change", change),
            terms=_terms(activity_id) if change == "count" else None,
            reason=request.form.get("reason", ""),
            seen=request.form.get("seen", default=-1, type=int),
        )
    except Problem as problem:
        _undo(problem)
        return _render_item(activity_id, problem), problem.status
    flash("Decided. The person sees it with your reason.", "good")
    return redirect(f"/appeals/items/{activity_id}", code=303)


def _terms(activity_id: int) -> Terms:
    form, points = request.form, None
    if form.get("basis") == "points":
        points = form.get("points", type=int)
        if points is None:
            raise field_problem("points", "must be a whole number")
    return record.make_terms(
        db(), activity_id=activity_id, kind=form.get("kind", ""), quality=form.get("quality", ""), points=points
    )


def _undo(problem: Problem) -> None:
    """Before the form is shown again: part of the decision may have been written. A form cannot help with a 404."""
    if problem.status == 404:
        raise problem
    db().rollback()


def _render_appeal(appeal_id: int, problem: Problem | None = None) -> str:
    found, appeal, possible = record.open_appeal(db(), viewer=current_identity(), appeal_id=appeal_id)
    return _render(found, problem, appeal=appeal, possible=possible)


def _render_item(activity_id: int, problem: Problem | None = None) -> str:
    found = record.open_item(db(), viewer=current_identity(), activity_id=activity_id)
    return _render(found, problem, appeal=None, possible=())


def _render(found: record.Record, problem: Problem | None, **values: Any) -> str:
    field = problem.errors[0]["field"] if problem is not None and problem.errors else ""
    return render_template(
        "appeals/record.html",
        item=found,
        typed=request.form,
        problem=problem,
        errors={field: as_sentence(problem)} if problem is not None and field else {},
        max_length=decisions.MAX_TEXT_LENGTH,
        **values,
    )
