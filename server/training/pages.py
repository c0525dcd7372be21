"""The administrators' pages of training: starting a run, its progress and its report."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import request as flask_request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, not_found
from server.people.forms import field_errors
from server.training import operations, queries, view

pages = Blueprint("training", __name__, template_folder="templates")
Answer = str | Response | tuple[str, int]


@pages.get("/tuning/training")
@page("admin", writes=False)
def index() -> str:
    return _render_index()


def _render_index(*, error: str = "") -> str:
    return render_template("training/index.html", page=view.overview(db()), error=error)


@pages.post("/tuning/training")
@page("admin")
def start() -> Answer:
    try:
        run = operations.start(db(), starter=current_identity())
    except Problem as problem:
        return _render_index(error=f"{problem.title}. {problem.detail}"), problem.status
    return redirect(f"/tuning/training/{run.id}", code=303)


@pages.get("/tuning/training/<int:run_id>")
@page("admin", writes=False)
def show(run_id: int) -> str:
    return _render_run(run_id)


def _render_run(run_id: int, *, reason: str = "", errors: dict[str, str] | None = None) -> str:
    run = queries.get_run(db(), run_id=run_id)
    if run is None:
        raise not_found()
    return render_template("training/run.html", run=run, page=view.run_view(db(), run), reason=reason, errors=errors or {})


@pages.post("/tuning/training/<int:run_id>/cancel")
@page("admin")
def cancel(run_id: int) -> Response:
    operations.cancel(db(), run_id=run_id, canceller=current_identity())
    return redirect(f"/tuning/training/{run_id}", code=303)


@pages.post("/tuning/training/<int:run_id>/resume")
@page("admin")
def resume(run_id: int) -> Response:
    operations.resume(db(), run_id=run_id)
    return redirect(f"/tuning/training/{run_id}", code=303)


@pages.post("/tuning/training/<int:run_id>/accept")
@page("admin", confirm="/tuning/training/{run_id}")
def accept(run_id: int) -> Answer:
    reason = flask_request.form.get("reason", "")
    try:
        operations.override(db(), run_id=run_id, decider=current_identity(), reason=reason)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render_run(run_id, reason=reason, errors=field_errors(problem)), problem.status
    return redirect(f"/tuning/training/{run_id}", code=303)
