"""The page of metrics, for administrators: labels, order, archive, and what records keep."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem
from server.people import metrics, queries
from server.people.forms import field_errors
from server.people.metrics import MetricText
from server.people.standard_metrics import STANDARD_KEYS
from server.records import operations as records
from server.records.queries import has_records

pages = Blueprint("metrics", __name__, template_folder="templates")

TIMING_LABELS = (("leading", "Leading: moves before results do"), ("lagging", "Lagging: a result"))
UNIT_LABELS = (("count", "A number"), ("money", "An amount of money"))
SUM_LABELS = (("yes", "The records added up"), ("no", "The last record, such as what is open at the end of the week"))
TARGET_LABELS = (
    ("none", "No target"),
    ("workdays", "Per week, less in weeks with days away"),
    ("whole", "Per week, the same in every week"),
)


@pages.get("/settings/metrics")
@page("admin", writes=False)
def index() -> str:
    return _render()


def _render(form_of: str = "", **errors: str) -> str:
    """``form_of``: the form whose values and errors are shown again: a metric's key, ``new`` or ``records``."""
    all_metrics = queries.all_metrics(db())
    active = [metric for metric in all_metrics if metric.archived_at is None]
    return render_template(
        "account/metrics.html",
        active=active,
        archived=[metric for metric in all_metrics if metric.archived_at is not None],
        record_choices=[
            ("", "Its own records"),
            *((metric.key, metric.title) for metric in active if metric.record_kind == metric.key),
        ],
        titles={metric.key: metric.title for metric in all_metrics},
        standard_keys=STANDARD_KEYS,
        timings=TIMING_LABELS,
        units=UNIT_LABELS,
        sums=SUM_LABELS,
        target_kinds=TARGET_LABELS,
        form=request.form,
        form_of=form_of,
        errors=errors,
    )


@pages.post("/settings/metrics")
@page("admin")
def add() -> Response | tuple[str, int]:
    form = request.form
    try:
        metric = metrics.add_metric(
            db(),
            key=form.get("key", "").strip(),
            text=_text(form),
            unit=form.get("unit", ""),
            record_kind=form.get("record_kind") or None,
            sums=form.get("sums") != "no",
            target_kind=form.get("target_kind", ""),
        )
    except Problem as problem:
        return _render("new", **field_errors(problem)), problem.status
    flash(f"{metric.title} added. Records with the kind “{metric.key}” count from now on.", "good")
    return redirect("/settings/metrics", code=303)


def _text(form: Mapping[str, str]) -> MetricText:
    return MetricText(
        singular=form.get("singular", ""),
        plural=form.get("plural", ""),
        timing=form.get("timing", ""),
        growth_question=form.get("growth_question", ""),
        decline_question=form.get("decline_question", ""),
        on_team_page="on_team_page" in form,
    )


@pages.post("/settings/metrics/<key>")
@page("admin")
def change(key: str) -> Response | tuple[str, int]:
    try:
        metrics.change_metric(db(), key=key, text=_text(request.form))
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(key, **field_errors(problem)), problem.status
    flash("Metric saved.", "good")
    return redirect("/settings/metrics", code=303)


@pages.post("/settings/metrics/<key>/move")
@page("admin")
def move(key: str) -> Response:
    metrics.move_metric(db(), key=key, is_up=request.form.get("direction") == "up")
    return redirect("/settings/metrics", code=303)


@pages.post("/settings/metrics/<key>/archive")
@page("admin")
def archive(key: str) -> Response:
    metrics.archive_metric(db(), key=key)
    flash("Metric archived. Its records and targets are kept.", "good")
    return redirect("/settings/metrics", code=303)


@pages.post("/settings/metrics/<key>/restore")
@page("admin")
def restore(key: str) -> Response:
    metrics.restore_metric(db(), key=key)
    flash("Metric restored.", "good")
    return redirect("/settings/metrics", code=303)


@pages.post("/settings/metrics/<key>/delete")
@page("admin")
def delete(key: str) -> Response:
    try:
        metrics.delete_metric(db(), key=key, has_records=has_records(db(), kind=key))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(f"{problem.title}, because something uses it. {problem.detail}", "weak")
    else:
        flash("Metric deleted.", "good")
    return redirect("/settings/metrics", code=303)


@pages.post("/settings/records")
@page("admin")
def change_record_settings() -> Response | tuple[str, int]:
    try:
        records.change_settings(
            db(), currency=request.form.get("currency", ""), keep_subjects="keep_subjects" in request.form
        )  # fmt: skip
    except Problem as problem:
        return _render("records", **field_errors(problem)), problem.status
    flash("Saved.", "good")
    return redirect("/settings/metrics", code=303)
