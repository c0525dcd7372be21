"""Pages of outcomes: adding, correcting and withdrawing one's own, what is behind the numbers, and the approvals."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.activities import outcomes as own
from server.activities.items import get_own_item
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, not_found
from server.outcomes.forms import form_values, read_statement
from server.outcomes.models import MAX_NOTE_LENGTH, MAX_REASON_LENGTH
from server.outcomes.view import OutcomesPage, build_lines
from server.people.forms import field_errors, read_id
from server.people.queries import get_calendar
from server.scorecards import approvals, outcomes
from server.scorecards.links import link, period_of_origin, requested_days, steps

pages = Blueprint("outcomes", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


# --- a rep's own ------------------------------------------------------------------------------------------------------


@pages.get("/me/items/<int:share_id>/outcomes")
@page(writes=False)
def of_item(share_id: int) -> str:
    return _render_item(share_id)


def _render_item(share_id: int, *, form: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    user_id = current_identity().user_id
    item = get_own_item(db(), user_id=user_id, share_id=share_id)
    return render_template(
        "outcomes/item.html",
        item=item,
        found=own.outcomes_of_items(db(), user_id=user_id, item_ids=[item.id]).get(item.id),
        **_form(item.day, form, errors),
    )


def _form(
    published_on: Any, form: dict[str, str] | None, errors: dict[str, str] | None, *, keep: int | None = None
) -> dict[str, Any]:
    user_id = current_identity().user_id
    return {
        "form": {"key": uuid.uuid4().hex, **(form or {})},
        "errors": errors or {},
        "today": get_calendar(db()).today(),
        "grades": own.REP_GRADES,
        "kinds": own.REP_KINDS,
        "records": own.list_record_choices(db(), user_id=user_id, since=published_on, keep=keep),
        "max_note": MAX_NOTE_LENGTH,
    }


def _key() -> str:
    """Of the form, so that sending it twice adds one outcome."""
    return f"form:{request.form.get('key', '')[:64] or uuid.uuid4().hex}"


@pages.post("/me/items/<int:share_id>/outcomes")
@page()
def add(share_id: int) -> Answer:
    try:
        statement = read_statement(request.form, today=get_calendar(db()).today())
        own.add_outcome(db(), identity=current_identity(), share_id=share_id, statement=statement, key=_key())
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return _render_item(share_id, form=request.form.to_dict(), errors=field_errors(problem)), problem.status
    flash("Saved. It counts now." if statement.kind == "reply" else "Saved. It counts once somebody has approved it.", "good")
    return redirect(f"/me/items/{share_id}/outcomes", code=303)


@pages.get("/me/outcomes/<int:outcome_id>")
@page(writes=False)
def edit(outcome_id: int) -> str:
    return _render_edit(outcome_id)


def _render_edit(outcome_id: int, *, form: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    identity = current_identity()
    outcome = own.own_outcome(db(), identity=identity, outcome_id=outcome_id)
    (line,) = build_lines(db(), [outcome])
    if not line.can_be_corrected:
        raise not_found()
    item = get_own_item(db(), user_id=identity.user_id, share_id=line.activity_id)
    shown = form if form is not None else form_values(own.statement_of(line))
    return render_template(
        "outcomes/edit.html", item=item, line=line, **_form(item.day, shown, errors, keep=line.record_id)
    )  # fmt: skip


@pages.post("/me/outcomes/<int:outcome_id>")
@page()
def correct(outcome_id: int) -> Answer:
    identity = current_identity()
    item_id = own.own_outcome(db(), identity=identity, outcome_id=outcome_id).activity_id
    try:
        statement = read_statement(request.form, today=get_calendar(db()).today())
        corrected = own.correct_outcome(db(), identity=identity, outcome_id=outcome_id, statement=statement, key=_key())
    except Problem as problem:
        if problem.status != 422:
            raise
        db().expire_all()
        return _render_edit(outcome_id, form=request.form.to_dict(), errors=field_errors(problem)), 422
    flash("Corrected." if corrected else "Nothing has changed.", "good" if corrected else "info")
    return redirect(f"/me/items/{item_id}/outcomes", code=303)


@pages.post("/me/outcomes/<int:outcome_id>/withdraw")
@page()
def withdraw(outcome_id: int) -> Response:
    item_id = own.withdraw_outcome(db(), identity=current_identity(), outcome_id=outcome_id)
    flash("Withdrawn.", "good")
    return redirect(f"/me/items/{item_id}/outcomes", code=303)


# --- behind the numbers -----------------------------------------------------------------------------------------------


def _render_list(found: OutcomesPage, back: str, back_label: str) -> str:
    return render_template(
        "outcomes/list.html",
        found=found,
        back=back,
        back_label=back_label,
        steps=steps(found.period),
    )


@pages.get("/me/outcomes")
@page(writes=False)
def own_list() -> str:
    found = outcomes.list_own_outcomes(db(), viewer=current_identity(), period=requested_days())
    return _render_list(found, "/me", "My work")


# Writes a record of the view, which that person can see.
@pages.get("/team/rep/<int:user_id>/outcomes")
@page("manager", "admin", writes=True)
def of_person(user_id: int) -> str:
    found = outcomes.open_person_outcomes(db(), viewer=current_identity(), user_id=user_id, period=requested_days())
    return _render_list(found, link(period_of_origin(found.period), f"/team/rep/{user_id}", of=None), found.whose)


# --- approvals --------------------------------------------------------------------------------------------------------


# Writes records of the views, which the people on the page can see.
@pages.get("/approvals")
@page("manager", "admin", writes=True)
def queue() -> str:
    return _render_queue()


def _render_queue(**failed: str) -> str:
    """``failed``: the ``entry`` whose decision was refused, the ``error``, and the ``reason`` as it was typed."""
    found = approvals.open_queue(db(), viewer=current_identity())
    return render_template("outcomes/approvals.html", queue=found, failed=failed, max_reason=MAX_REASON_LENGTH)


@pages.post("/approvals/outcomes/<int:outcome_id>")
@page("manager", "admin")
def decide_outcome(outcome_id: int) -> Answer:
    event, reason = _decision()
    try:
        approvals.decide_outcome(db(), viewer=current_identity(), outcome_id=outcome_id, event=event, reason=reason)
    except Problem as problem:
        return _refused(problem, f"outcome-{outcome_id}", reason)
    return _decided(event)


@pages.post("/approvals/records/<int:record_id>")
@page("manager", "admin")
def decide_record(record_id: int) -> Answer:
    event, reason = _decision()
    item_id = read_id(request.form, "item") or 0
    try:
        approvals.decide_record(
            db(), viewer=current_identity(), record_id=record_id, item_id=item_id, event=event, reason=reason
        )  # fmt: skip
    except Problem as problem:
        return _refused(problem, f"record-{record_id}", reason)
    return _decided(event)


def _decision() -> tuple[str, str]:
    return "approved" if request.form.get("decision") == "approved" else "declined", request.form.get("reason", "")


def _refused(problem: Problem, entry: str, reason: str) -> Answer:
    if problem.status == 409:
        flash(as_sentence(problem), "fair")
        return redirect("/approvals", code=303)
    if problem.status != 422:
        raise problem
    return _render_queue(entry=entry, error=as_sentence(problem), reason=reason), 422


def _decided(event: str) -> Response:
    flash("Approved. It counts now." if event == "approved" else "Declined. The person sees your reason.", "good")
    return redirect("/approvals", code=303)
