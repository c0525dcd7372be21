"""The pages on which administrators and experts label, discuss what they disagree on, and see how far they agree; and each
person's own consent."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.labels import consent, operations, queries, view
from server.labels.access import require_item, require_labeller
from server.labels.agreement import MIN_COMMON
from server.labels.answers import Given
from server.labels.forms import read_answer
from server.labels.guide import GUIDE, OPTIONAL, WHOLE_GUIDE
from server.labels.models import DIMENSIONS, KINDS, MAX_COMMENT_LENGTH, MAX_NOTE_LENGTH
from server.labels.queries import Texts
from server.people.forms import field_errors

pages = Blueprint("labels", __name__, template_folder="templates")
Answer = str | Response | tuple[str, int]

PATH = "/tuning/labels"


def _kind() -> str:
    """Which items the person works through: pairs unless they chose single drafts."""
    kind = request.values.get("show", "")
    return kind if kind in KINDS else "pair"


@pages.get(PATH)
@page(writes=False)
def index() -> str:
    viewer = current_identity()
    require_labeller(db(), viewer=viewer)
    texts = queries.next_item(db(), user_id=viewer.user_id, kind=_kind())
    return _render_question(texts, last=request.args.get("last", type=int))


def _render_question(
    texts: Texts | None, *, last: int | None = None, errors: dict[str, str] | None = None, is_change: bool = False
) -> str:
    """With ``errors``, the form has what was submitted. ``last``: the item that the person answered before."""
    viewer = current_identity()
    kind = texts.item.kind if texts is not None else _kind()
    if last is not None and queries.own_answer(db(), item_id=last, user_id=viewer.user_id) is None:
        last = None
    return render_template(
        "labels/label.html",
        question=view.question(db(), texts, user_id=viewer.user_id) if texts is not None else None,
        progress=view.progress(db(), user_id=viewer.user_id, kind=kind),
        show=kind,
        last=last,
        is_change=is_change,
        guide=GUIDE,
        optional=OPTIONAL,
        whole_guide=WHOLE_GUIDE,
        max_note=MAX_NOTE_LENGTH,
        errors=errors or {},
        form=request.form if errors else None,
    )


@pages.get(f"{PATH}/items/<int:item_id>")
@page(writes=False)
def show_item(item_id: int) -> str:
    """One item again, to change the own answer."""
    texts = require_item(db(), viewer=current_identity(), item_id=item_id)
    return _render_question(texts, is_change=True)


@pages.post(f"{PATH}/items/<int:item_id>/answer")
@page()
def answer(item_id: int) -> Answer:
    reader = current_identity()
    texts = require_item(db(), viewer=reader, item_id=item_id)
    try:
        given = _read(texts)
        operations.answer_item(db(), reader=reader, item_id=item_id, given=given)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render_question(texts, errors=field_errors(problem), is_change="change" in request.form), problem.status
    return redirect(f"{PATH}?show={texts.item.kind}&last={item_id}", code=303)


def _read(texts: Texts) -> Given:
    given = read_answer(request.form, request.form.getlist("reasons"), kind=texts.item.kind)
    user_id = current_identity().user_id
    return replace(given, choice=view.in_item_order(given.choice, texts, user_id=user_id))


@pages.post(f"{PATH}/items/<int:item_id>/skip")
@page()
def skip(item_id: int) -> Response:
    operations.skip_item(db(), reader=current_identity(), item_id=item_id)
    return redirect(f"{PATH}?show={_kind()}&last={item_id}", code=303)


# --- disagreements ----------------------------------------------------------------------------------------------------


@pages.get(f"{PATH}/disagreements")
@page(writes=False)
def disagreements() -> str:
    viewer = current_identity()
    require_labeller(db(), viewer=viewer)
    return render_template("labels/disagreements.html", found=view.disagreements(db(), viewer=viewer))


@pages.get(f"{PATH}/disagreements/<int:item_id>")
@page(writes=False)
def discussion(item_id: int) -> str:
    return _render_discussion(item_id)


def _render_discussion(item_id: int, *, errors: dict[str, str] | None = None) -> str:
    viewer = current_identity()
    texts = operations.require_disagreement(db(), viewer=viewer, item_id=item_id)
    return render_template(
        "labels/discussion.html",
        shown=view.discussion(db(), texts, viewer=viewer),
        dimensions=DIMENSIONS,
        guide=GUIDE,
        optional=OPTIONAL,
        max_comment=MAX_COMMENT_LENGTH,
        errors=errors or {},
        form=request.form if errors else None,
    )


@pages.post(f"{PATH}/disagreements/<int:item_id>/comment")
@page()
def comment(item_id: int) -> Answer:
    try:
        operations.comment(db(), author=current_identity(), item_id=item_id, text=request.form.get("comment", ""))
    except Problem as problem:
        if not problem.errors:
            raise
        return _render_discussion(item_id, errors=field_errors(problem)), problem.status
    return redirect(f"{PATH}/disagreements/{item_id}#discussion", code=303)


@pages.post(f"{PATH}/disagreements/<int:item_id>/settle")
@page()
def settle(item_id: int) -> Answer:
    settler = current_identity()
    texts = operations.require_disagreement(db(), viewer=settler, item_id=item_id)
    try:
        # This page shows the texts in their own order.
        given = read_answer(request.form, [], kind=texts.item.kind)
        settlement = operations.settle(db(), settler=settler, item_id=item_id, given=given)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render_discussion(item_id, errors=field_errors(problem)), problem.status
    flash("Settled." if settlement.is_settled else "Proposed. It counts once another reader of this item accepts it.", "good")
    return redirect(f"{PATH}/disagreements/{item_id}", code=303)


@pages.post(f"{PATH}/disagreements/<int:item_id>/accept")
@page()
def accept(item_id: int) -> Response:
    operations.accept(db(), reader=current_identity(), item_id=item_id)
    flash("Settled.", "good")
    return redirect(f"{PATH}/disagreements/{item_id}", code=303)


# --- agreement and consent --------------------------------------------------------------------------------------------


@pages.get(f"{PATH}/agreement")
@page(writes=False)
def agreement() -> str:
    """Administrators see every two readers; everybody else only themself beside all others together."""
    viewer = current_identity()
    require_labeller(db(), viewer=viewer)
    return render_template(
        "labels/agreement.html",
        own=view.own_agreement(db(), user_id=viewer.user_id),
        readers=view.agreement_of_readers(db()) if viewer.role == "admin" else [],
        min_common=MIN_COMMON,
    )


@pages.post("/me/data/teaching")
@page()
def change_consent() -> Response:
    user_id = current_identity().user_id
    if request.form.get("teaching") == "on":
        consent.give_consent(db(), user_id=user_id)
        flash("Your shared items may be used to teach the coach.", "good")
    else:
        consent.withdraw_consent(db(), user_id=user_id)
        flash("Your shared items no longer teach the coach. What was asked and answered about them is deleted.", "good")
    return redirect("/me/data#teaching", code=303)
