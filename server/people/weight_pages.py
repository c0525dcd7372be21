"""The page of the metrics' weights, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem
from server.core.weeks import WEEK
from server.people import queries, weights
from server.people.forms import field_errors, read_date, read_number

pages = Blueprint("weights", __name__, template_folder="templates")


@pages.get("/people/weights")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(**errors: str) -> str:
    metrics = queries.all_metrics(db())
    all_sets = queries.all_weight_sets(db())
    calendar = queries.get_calendar(db())
    current = weights.weights_for(all_sets, first=calendar.this_monday(), last=calendar.today())
    return render_template(
        "people/weights.html",
        metric_by_key={metric.key: metric for metric in metrics},
        metrics=[metric for metric in metrics if metric.archived_at is None and metric.target_kind != "none"],
        weight_sets=all_sets,
        current=current,
        next_monday=calendar.this_monday() + WEEK,
        form=request.form,
        errors=errors,
    )


@pages.post("/people/weights")
@page("admin")
def set_weights() -> Response | tuple[str, int]:
    form = request.form
    fields = {one.key: f"weight-{one.key}" for one in queries.active_metrics(db()) if one.target_kind != "none"}
    try:
        weights.set_weights(
            db(),
            weights={key: read_number(form, field) for key, field in fields.items() if form.get(field)},
            is_capped="is_capped" in form,
            valid_from=read_date(form, "valid_from"),
        )
    except Problem as problem:
        return _render(**field_errors(problem)), problem.status
    flash("Weights saved. Finished weeks before them stay as they were.", "good")
    return redirect("/people/weights", code=303)


@pages.post("/people/weights/<int:weight_set_id>/delete")
@page("admin")
def delete(weight_set_id: int) -> Response:
    weights.delete_weights(db(), weight_set_id=weight_set_id)
    flash("Weights deleted, as if they had never been set.", "good")
    return redirect("/people/weights", code=303)
