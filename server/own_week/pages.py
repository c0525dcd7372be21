"""A person's own week: what they shared, how it scored, their goals, what changed, one thing to try. Nobody else opens it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.periods import week_period
from server.core.problems import Problem, as_sentence
from server.core.weeks import WEEK
from server.own_week import operations
from server.own_week.view import AVERAGE_WEEKS, current_goals, measure_label, week_page
from server.people.queries import get_calendar
from server.scorecards.links import EARLIEST, requested_week

pages = Blueprint("own_week", __name__, template_folder="templates")

PATH = "/me/week"


@pages.get(PATH)
@page(writes=False)
def show() -> str:
    return _render()


def _week() -> date:
    """That of the address, at latest the current one, which is also meant if there is none."""
    if "week" not in request.args:
        return get_calendar(db()).this_monday()
    return requested_week()


def _render(*, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    own = week_page(db(), user_id=current_identity().user_id, week=_week())
    before = own.week - WEEK
    return render_template(
        "own_week/week.html",
        own=own,
        period=week_period(own.week),
        steps={
            "previous": f"{PATH}?week={before}" if before >= EARLIEST else None,
            "next": f"{PATH}?week={own.next_week}" if own.next_week else None,
        },
        average_weeks=AVERAGE_WEEKS,
        max_count=operations.MAX_COUNT,
        max_average=operations.MAX_AVERAGE,
        typed=request.form,
        errors={field: error} if field else {},
    )


@pages.get(f"{PATH}/goals")
@page(writes=False)
def goals() -> dict[str, Any]:
    """For the composer, which shows them beside the draft: as JSON."""
    return {
        "goals": [
            {"label": goal.label, "target": goal.target, "value": goal.value, "is_reached": goal.is_reached}
            for goal in current_goals(db(), user_id=current_identity().user_id)
        ]
    }


@pages.post(f"{PATH}/goals")
@page()
def set_goal() -> Response | tuple[str, int]:
    measure = request.form.get("measure", "")
    try:
        operations.set_goal(db(), user_id=current_identity().user_id, measure=measure, target=request.form.get("target", ""))
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash(f"Goal saved: {measure_label(measure)}.", "good")
    return _back()


@pages.post(f"{PATH}/goals/remove")
@page()
def remove_goal() -> Response:
    operations.remove_goal(db(), user_id=current_identity().user_id, measure=request.form.get("measure", ""))
    flash("Goal removed.", "good")
    return _back()


def _back() -> Response:
    return redirect(f"{PATH}?week={_week()}#goals", code=303)
